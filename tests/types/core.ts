// Checked by `tsc`, never run: the blocks over a resource function that is passed in.
import * as core from "@alch/blocks/core";
import type { AnyKeys, Equal, Expect } from "./assert.ts";

interface Props {
  name?: string;
  size: number;
  tags?: readonly string[];
}
interface Made {
  made: true;
}
declare const make: (id: string, options: Props) => Promise<Made>;
declare const makeNow: (id: string, options: Props) => Made;

const promised = () => core.Database("db", { size: 1 }, make);
const atOnce = () => core.DurableObject("db", { stage: "prod" }, makeNow);

export type Results = [
  Expect<Equal<ReturnType<typeof promised>, Promise<Made>>>,
  Expect<Equal<ReturnType<typeof atOnce>, Made>>,
];

export type NoAny = [
  Expect<Equal<AnyKeys<typeof core>, never>>,
  Expect<Equal<AnyKeys<core.Settings>, never>>,
  Expect<Equal<AnyKeys<core.StageOptions>, never>>,
];

export function taken() {
  core.KV("cache", {}, make);
  core.KV("cache", null, make, { prefix: "shop" });
  core.KV("cache", { size: 1, stage: false, pin: { prod: "x" } }, make);
}

export function refused() {
  // @ts-expect-error without a resource function
  core.Database("db", {});
  // @ts-expect-error what cannot be called
  core.Database("db", {}, "D1Database");
  // @ts-expect-error an option of the resource function keeps its type
  core.Database("db", { size: "1" }, make);
  // @ts-expect-error an option that the resource function does not take
  core.Database("db", { colour: "red" }, make);
  // @ts-expect-error a stage is text or `false`
  core.Database("db", { stage: 1 }, make);
}
