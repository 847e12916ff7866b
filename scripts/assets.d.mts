import type { Plugin } from "esbuild";

export const PIPELINES: Readonly<Record<string, string>>;
export function assets(): Plugin;
