/** The input of the page, and how the address has it after the `#`: it never reaches a server. */
import { ALL_KINDS, KINDS, type Kind } from "../../ts/kinds.ts";

export const kinds: readonly Kind[] = ALL_KINDS.map(({ kind }) => kind);

export const VERSIONS = ["0.94", "2"] as const;
/** Of Alchemy. */
export type Version = (typeof VERSIONS)[number];

/** What the user has typed. An empty field is an option that is left out. */
export interface Input {
  version: Version;
  kind: Kind;
  base: string;
  stage: string;
  /** The hostname in production. */
  host: string;
  zone: string;
  previewDomain: string;
  bare: string;
}

/** The most that a field takes: more than any name may have. */
export const MOST = 1000;

export const START: Input = {
  version: "0.94",
  kind: "database",
  base: "my-app-db",
  stage: "feature/login",
  host: "app.example.com",
  zone: "",
  previewDomain: "",
  bare: "",
};

/** What the options of hostnames are called in the address, shorter than in a program. */
const OPTIONAL = { zone: "zone", previewDomain: "preview", bare: "bare" } as const;

export function linkOf(input: Input): string {
  const { version, kind, base, stage, host } = input;
  const all = new URLSearchParams({ kind, base, stage, host });
  if (version !== START.version) all.set("alchemy", version);
  for (const [field, key] of Object.entries(OPTIONAL)) {
    const value = input[field as keyof typeof OPTIONAL];
    if (value !== "") all.set(key, value);
  }
  return `#${all}`;
}

/** The input of a link; whatever it lacks or has wrong is that of a fresh page. */
export function inputOf(link: string): Input {
  const given = new URLSearchParams(link.replace(/^#/, ""));
  const text = (field: Exclude<keyof Input, "version" | "kind">, key: string = field) =>
    (given.get(key) ?? START[field]).slice(0, MOST);
  return {
    version: VERSIONS.find((one) => one === given.get("alchemy")) ?? START.version,
    kind: kinds.find((one) => one === given.get("kind")) ?? START.kind,
    base: text("base"),
    stage: text("stage"),
    host: text("host"),
    zone: text("zone", OPTIONAL.zone),
    previewDomain: text("previewDomain", OPTIONAL.previewDomain),
    bare: text("bare", OPTIONAL.bare),
  };
}

/** The base name after another kind was chosen: an example of the page becomes that of the other kind. */
export function baseFor(kind: Kind, base: string): string {
  const isExample = base === START.base || kinds.some((one) => base === KINDS[one].example);
  return isExample ? KINDS[kind].example : base;
}

/** The options without those whose fields are empty. */
export function written(options: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== ""));
}
