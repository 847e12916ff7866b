/**
 * Container applications. Each belongs to one class of Durable Objects, and starts the instances of one image. What
 * changes is rolled out; the name stays as it was made.
 */
import { randomUUID } from "node:crypto";
import type { Account } from "../account.ts";
import { refuse } from "../errors.ts";
import { isJson, type Json, objectOf, param, route } from "../router.ts";
import type { PlainRules } from "./plain.ts";

const INVALID = 1000;
const POLICIES = ["default", "moon", "gpu", "regional", "fill_metals", "fill_existing"];

export const container: PlainRules = {
  path: "/containers/applications",
  byName: false,
  field: "name",
  // Cloudflare publishes no pattern. Wrangler writes lower case, because the name is that of a repository, too.
  name: /^[a-z0-9][a-z0-9._-]*$/,
  id: () => randomUUID(),
  invalid: [400, INVALID, (name) => `VALIDATE_INPUT: invalid application name: ${name}`],
  taken: [409, 1605, (name) => `an application with the name ${name} already exists`],
  missing: [404, 1609, () => problem("APPLICATION_NOT_FOUND")],
  update: "PATCH",
  fixed: ["name", "durable_objects"],
  check: (body, account, isNew) => {
    const { configuration, instances = 0, max_instances: most, scheduling_policy: policy } = body;
    const { image } = objectIn(configuration);
    if (typeof image !== "string") refuse(400, INVALID, "VALIDATE_INPUT: the image is missing");
    const counts = [instances, most].every(
      (count) => Number.isInteger(count) && Number(count) >= 0,
    );
    if (!counts)
      refuse(400, INVALID, "VALIDATE_INPUT: instances and max_instances are whole numbers");
    if (policy !== undefined && !POLICIES.includes(String(policy))) {
      refuse(400, INVALID, `VALIDATE_INPUT: unknown scheduling policy ${String(policy)}`);
    }
    if (isNew && body.durable_objects !== undefined) checkClass(body, account);
  },
  more: (of, account) => [
    route("POST", "/containers/applications/:key/rollouts", (call) => {
      const one = of(call);
      const { target_configuration: target, step_percentage: step } = objectOf(call, INVALID);
      if (!isJson(target) || typeof target.image !== "string") {
        refuse(400, INVALID, "VALIDATE_INPUT: target_configuration is missing");
      }
      if (!(Number(step) >= 1 && Number(step) <= 100)) {
        refuse(400, INVALID, "VALIDATE_INPUT: step_percentage is 1 to 100");
      }
      one.body = { ...one.body, configuration: target };
      return { result: { id: randomUUID(), status: "progressing", target_configuration: target } };
    }),
    route("POST", "/containers/registries/:registry/credentials", (call) => ({
      result: {
        account_id: account.id,
        registry_host: param(call, "registry"),
        username: "v1",
        password: "x",
      },
    })),
  ],
  shown: ({ id, name, createdAt, body }, account) => ({
    affinities: {},
    constraints: {},
    instances: 0,
    scheduling_policy: "default",
    ...body,
    id,
    name,
    account_id: account.id,
    created_at: createdAt,
    version: 1,
    health: { instances: { healthy: 0, failed: 0, starting: 0, scheduling: 0 } },
  }),
};

/** Refuses a class that runs no container, and one that has an application. */
function checkClass({ durable_objects: objects }: Json, account: Account): void {
  const id = String(objectIn(objects).namespace_id);
  const namespace = account.durableObjects.all.get(id);
  if (!namespace) refuse(400, INVALID, "error checking the application durable object");
  const { metadata } = account.scripts.get(namespace?.script ?? "").live;
  const classes = Array.isArray(metadata.containers) ? metadata.containers : [];
  if (!classes.some((one) => objectIn(one).class_name === namespace?.className)) {
    refuse(400, 1607, problem("DURABLE_OBJECT_NOT_CONTAINER_ENABLED"));
  }
  const all = account.plain.get("Container")?.all.values() ?? [];
  const other = [...all].find(({ body }) => objectIn(body.durable_objects).namespace_id === id);
  if (!other) return;
  const { id: taken, name } = other;
  refuse(400, 1608, problem("DURABLE_OBJECT_ALREADY_HAS_APPLICATION", { id: taken, name }));
}

/** Its messages are JSON. */
function problem(error: string, details: Json = {}): string {
  return JSON.stringify({ error, details });
}

function objectIn(value: unknown): Json {
  return isJson(value) ? value : {};
}
