/** The input in the address, after the `#`: it never reaches a server. */
import { type Input, kinds } from "./explain.ts";

/** The most that a field takes: more than any name may have. */
export const MOST = 1000;

export const START: Input = {
  kind: "database",
  base: "my-app-db",
  stage: "feature/login",
  host: "app.example.com",
};

export function linkOf({ kind, base, stage, host }: Input): string {
  return `#${new URLSearchParams({ kind, base, stage, host })}`;
}

/** The input of a link; whatever it lacks or has wrong is that of a fresh page. */
export function inputOf(link: string): Input {
  const given = new URLSearchParams(link.replace(/^#/, ""));
  const text = (key: "base" | "stage" | "host") => (given.get(key) ?? START[key]).slice(0, MOST);
  const kind = kinds.find((one) => one === given.get("kind")) ?? START.kind;
  return { kind, base: text("base"), stage: text("stage"), host: text("host") };
}
