/** Hyperdrive configurations. Their API takes the password of a database and never gives it back. */
import { randomUUID } from "node:crypto";
import { refuse } from "../errors.ts";
import { isJson, type Json } from "../router.ts";
import type { PlainRules } from "./plain.ts";

const SCHEMES = ["postgres", "postgresql", "mysql"];
const INVALID = 2007;

export const hyperdrive: PlainRules = {
  path: "/hyperdrive/configs",
  byName: false,
  field: "name",
  name: /^.+$/s,
  id: () => randomUUID().replaceAll("-", ""),
  invalid: [400, INVALID, (name) => `invalid Hyperdrive config name: ${name}`],
  taken: [409, 2017, (name) => `A Hyperdrive config with the name '${name}' already exists`],
  missing: [404, 2006, (id) => `Hyperdrive config with ID ${id} not found`],
  update: "PUT",
  binding: { type: "hyperdrive", field: "id" },
  check: ({ origin }) => {
    const { host, database, user, scheme, password, port, ...rest } = originOf(origin);
    const texts = [host, database, user].every((text) => typeof text === "string" && text !== "");
    const isProtected = "access_client_id" in rest && "access_client_secret" in rest;
    const isReachable = isProtected || (Number.isInteger(port) && typeof password === "string");
    if (texts && isReachable && SCHEMES.includes(String(scheme))) return;
    refuse(400, INVALID, "invalid Hyperdrive origin");
  },
  shown: ({ id, name, createdAt, modifiedAt, body }) => {
    const { password: _, access_client_secret: __, ...origin } = originOf(body.origin);
    const { caching = { disabled: false }, mtls = {} } = body;
    return { id, name, origin, caching, mtls, created_on: createdAt, modified_on: modifiedAt };
  },
};

function originOf(origin: unknown): Json {
  return isJson(origin) ? origin : {};
}
