/** Vectorize indexes. Their API has no update, and an id of their own they have neither. */
import { refuse } from "../errors.ts";
import { isJson, type Json } from "../router.ts";
import type { PlainRules } from "./plain.ts";

const METRICS = ["cosine", "euclidean", "dot-product"];
const PRESETS = /^(@cf\/baai|openai|cohere)\//;
const INVALID = 1004;

export const vectorize: PlainRules = {
  path: "/vectorize/v2/indexes",
  byName: true,
  field: "name",
  name: /^(?=.{1,64}$)([a-z]+[a-z0-9_-]*[a-z0-9]+)$/,
  id: (name) => name,
  invalid: [400, INVALID, (name) => `vectorize.invalid_index_name - Index name "${name}"`],
  taken: [400, 3002, (name) => `vectorize.index.duplicate_name - Index name "${name}"`],
  missing: [404, 3000, (name) => `vectorize.index.not_found - Index name "${name}"`],
  binding: { type: "vectorize", field: "index_name" },
  check: ({ config }) => {
    const { dimensions, metric, preset } = (isJson(config) ? config : {}) as Json;
    const isPreset = typeof preset === "string" && PRESETS.test(preset);
    const isWhole = Number.isInteger(dimensions) && Number(dimensions) >= 1;
    const fits = isWhole && Number(dimensions) <= 1536 && METRICS.includes(String(metric));
    if (!isPreset && !fits) refuse(400, INVALID, "vectorize.invalid_index_config");
  },
  shown: ({ name, createdAt, modifiedAt, body }) => ({
    name,
    description: body.description ?? "",
    config: body.config,
    created_on: createdAt,
    modified_on: modifiedAt,
  }),
};
