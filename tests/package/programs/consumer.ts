// An app's own type check, with nothing installed but the package.
import { BlockError, Database, type ErrorCode } from "@alch/blocks/core";
import { type Kind, physicalName } from "@alch/blocks/naming";

const kind: Kind = "kv";
export const name: string = physicalName(kind, "cache", "prod");
export const size: number = Database("db", { stage: "prod" }, (id: string) => id.length);
export const code = (error: unknown): ErrorCode | undefined =>
  error instanceof BlockError ? error.code : undefined;
