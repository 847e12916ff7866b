/** Pipelines, as Cloudflare had them before September 2025. They are addressed by name, and write into a bucket. */
import { randomUUID } from "node:crypto";
import { refuse } from "../errors.ts";
import { isJson, type Json } from "../router.ts";
import type { PlainRules } from "./plain.ts";

const INVALID = 1002;

export const pipeline: PlainRules = {
  path: "/pipelines",
  byName: true,
  field: "name",
  name: /^[a-zA-Z0-9_-]{1,128}$/,
  id: () => randomUUID().replaceAll("-", ""),
  invalid: [400, INVALID, (name) => `invalid pipeline name: ${name}`],
  taken: [409, 1003, (name) => `Pipeline with this name already exists: ${name}`],
  missing: [404, 1000, (name) => `Pipeline ${name} does not exist`],
  update: "PUT",
  paging: { code: INVALID, min: 1, max: 100, standard: 10, totalPages: false },
  key: "results",
  binding: { type: "pipelines", field: "pipeline" },
  check: ({ source, destination }, account, isNew) => {
    const { path, credentials } = objectIn(destination);
    if (!Array.isArray(source) || source.length === 0) refuse(400, INVALID, "a source is missing");
    if (isNew && !isJson(credentials)) refuse(400, INVALID, "the credentials are missing");
    const bucket = String(objectIn(path).bucket);
    if (!account.buckets.named(bucket, "default")) {
      refuse(404, 1011, `the bucket ${bucket} does not exist`);
    }
  },
  shown: ({ id, name, body }) => {
    const { credentials: _, batch, ...destination } = objectIn(body.destination);
    const filled = { max_bytes: 100_000_000, max_duration_s: 300, max_rows: 10_000_000 };
    return {
      id,
      name,
      endpoint: `https://${id}.pipelines.cloudflare.com`,
      version: 1,
      source: body.source,
      destination: { ...destination, batch: { ...filled, ...objectIn(batch) } },
    };
  },
};

function objectIn(value: unknown): Json {
  return isJson(value) ? value : {};
}
