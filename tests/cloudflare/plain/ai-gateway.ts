/** AI gateways. Their ids are their names; to delete one deletes its logs. */
import type { PlainRules } from "./plain.ts";

const DEFAULTS = {
  cache_invalidate_on_update: false,
  cache_ttl: 0,
  collect_logs: true,
  rate_limiting_interval: 0,
  rate_limiting_limit: 0,
  rate_limiting_technique: "fixed",
};

export const aiGateway: PlainRules = {
  path: "/ai-gateway/gateways",
  byName: true,
  field: "id",
  name: /^(?=.{1,64}$)[a-z0-9_]+(?:-[a-z0-9_]+)*$/,
  id: (name) => name,
  invalid: [400, 7001, (name) => `invalid gateway id: ${name}`],
  taken: [400, 7001, (name) => `the gateway ${name} already exists`],
  missing: [404, 7002, (name) => `the gateway ${name} was not found`],
  update: "PUT",
  paging: { code: 7001, min: 1, max: 100, standard: 20, totalPages: false },
  shown: ({ name, createdAt, modifiedAt, body }) => ({
    ...DEFAULTS,
    ...body,
    id: name,
    created_at: createdAt,
    modified_at: modifiedAt,
  }),
};
