// Checked by `tsc`, never run: the naming law and its errors.
import type * as blocks from "@alch/blocks";
import type * as core from "@alch/blocks/core";
import * as naming from "@alch/blocks/naming";
import type { AnyKeys, Equal, Expect } from "./assert.ts";

export type Results = [
  Expect<Equal<ReturnType<typeof naming.physicalName>, string>>,
  Expect<Equal<ReturnType<typeof naming.physicalNames>, string[]>>,
  Expect<Equal<Parameters<typeof naming.physicalName>[0], naming.Kind>>,
  Expect<Equal<ReturnType<typeof naming.hostname>, string>>,
  Expect<Equal<Parameters<typeof naming.hostname>[2], naming.HostOptions | undefined>>,
  Expect<Equal<AnyKeys<typeof naming>, never>>,
  Expect<Equal<AnyKeys<naming.BlockError>, never>>,
];

/** One class under three entries. */
export type OneError = [
  Expect<Equal<core.BlockError, naming.BlockError>>,
  Expect<Equal<blocks.BlockError, naming.BlockError>>,
  Expect<Equal<blocks.ErrorCode, naming.ErrorCode>>,
];

export function caught(error: unknown) {
  if (!(error instanceof naming.BlockError)) return undefined;
  error satisfies Error;
  error.help satisfies string;
  error.docs satisfies string;
  // @ts-expect-error codes are a closed set
  if (error.code === "no-such-code") return undefined;
  return error.code satisfies naming.ErrorCode;
}

export function refused(error: naming.BlockError) {
  // @ts-expect-error an unknown kind
  naming.physicalName("table", "a", "prod");
  // @ts-expect-error the stage is needed
  naming.physicalName("kv", "a");
  // @ts-expect-error one name is no list
  naming.physicalNames("kv", "a", "prod");
  // @ts-expect-error an option that does not exist
  naming.hostname("app.example.com", "prod", { domain: "example.dev" });
  // @ts-expect-error a refusal is not changed afterwards
  error.code = "internal";
}
