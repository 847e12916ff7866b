/** What can go wrong, in a form that does not change between releases. */
export type ErrorCode =
  | "argument-invalid"
  | "base-invalid"
  | "double-stage"
  | "option-invalid"
  | "id-invalid"
  | "stage-invalid"
  | "stage-implicit"
  | "stage-case"
  | "class-invalid"
  | "script-invalid"
  | "duplicate-name"
  | "ambiguous-stage"
  | "would-replace"
  | "id-changed"
  | "pending-deletion"
  | "would-delete-class"
  | "would-orphan"
  | "would-delete"
  | "state-unreadable"
  | "owner-missing"
  | "share-conflict"
  | "internal";

/** A refusal. Nothing was passed to Alchemy. */
export interface BlockError extends Error {
  readonly name: "BlockError";
  /** Stable: programs may branch on it. */
  readonly code: ErrorCode;
  /** What to do next. */
  readonly help: string;
}
