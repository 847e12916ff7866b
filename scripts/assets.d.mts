import type { Plugin } from "esbuild";

export const WORKFLOW: string;
export function assets(): Plugin;
