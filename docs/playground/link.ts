/** The input in the address, after the `#`: it never reaches a server. */
import { type Input, kinds } from "./explain.ts";

/** The most that a field takes: more than any name may have. */
export const MOST = 1000;

export const START: Input = { kind: "database", base: "my-app-db", stage: "feature/login" };

export function linkOf({ kind, base, stage }: Input): string {
  return `#${new URLSearchParams({ kind, base, stage })}`;
}

/** What a link says, and what a fresh page has where it says nothing that can be used. */
export function inputOf(link: string): Input {
  const said = new URLSearchParams(link.replace(/^#/, ""));
  const text = (key: "base" | "stage") => (said.get(key) ?? START[key]).slice(0, MOST);
  const kind = kinds.find((one) => one === said.get("kind")) ?? START.kind;
  return { kind, base: text("base"), stage: text("stage") };
}
