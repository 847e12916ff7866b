/** Dispatch namespaces of Workers for Platforms. To delete one deletes the scripts in it, too. */
import { randomUUID } from "node:crypto";
import type { PlainRules } from "./plain.ts";

export const dispatchNamespace: PlainRules = {
  path: "/workers/dispatch/namespaces",
  byName: true,
  field: "name",
  // Its published pattern takes any text; the dashboard wants lower-case letters, digits and dashes.
  name: /^[a-z0-9-]+$/,
  id: () => randomUUID(),
  invalid: [400, 100118, (name) => `dispatch namespace name is invalid: ${name}`],
  taken: [
    400,
    100120,
    (name) => `failed to create dispatch namespace ${name}. Ensure it does not already exist`,
  ],
  missing: [404, 100119, (name) => `dispatch namespace not found: ${name}`],
  binding: { type: "dispatch_namespace", field: "namespace" },
  shown: ({ id, name, createdAt, modifiedAt }) => ({
    namespace_id: id,
    namespace_name: name,
    script_count: 0,
    trusted_workers: false,
    created_on: createdAt,
    modified_on: modifiedAt,
  }),
};
