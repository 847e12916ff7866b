// Made from src/kind/ by `npm run generate`. Do not edit.

/** A kind of resource. Each has a name space of its own at Cloudflare. */
export type Kind =
  | "database"
  | "bucket"
  | "kv"
  | "queue"
  | "durable-object"
  | "workflow"
  | "worker";

/** The code of a refusal. It keeps its meaning between releases. */
export type ErrorCode =
  | "argument-invalid"
  | "base-invalid"
  | "zone-mismatch"
  | "double-stage"
  | "option-invalid"
  | "id-invalid"
  | "stage-invalid"
  | "stage-implicit"
  | "stage-case"
  | "stage-conflict"
  | "root-scope"
  | "class-invalid"
  | "script-invalid"
  | "duplicate-name"
  | "binding-unawaited"
  | "ambiguous-stage"
  | "would-replace"
  | "id-changed"
  | "pending-deletion"
  | "would-delete-class"
  | "would-orphan"
  | "would-delete"
  | "would-replay"
  | "owned-elsewhere"
  | "wrong-account"
  | "state-unreadable"
  | "state-password"
  | "owner-missing"
  | "share-conflict"
  | "alchemy-unknown"
  | "internal";
