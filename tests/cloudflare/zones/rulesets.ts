/** The rules of a zone's phases over HTTP, as far as redirects and rewritten headers go. */
import { codes, refuse } from "../errors.ts";
import { type Call, type Json, objectOf, param, type Route, route } from "../router.ts";
import { hexId, type Zones } from "./zones.ts";

/** A rule in a phase of a zone. Everybody who writes rules there shares the phase. */
export interface Rule {
  readonly id: string;
  readonly description: string;
  readonly expression: string;
}

/** The entry point of a phase. */
export interface Ruleset {
  readonly id: string;
  rules: Rule[];
}

/** The phases that may be written. */
const PHASES = ["http_request_dynamic_redirect", "http_request_late_transform"];

/** Answers for the rules of one account's zones. */
export function rulesetRoutes(zones: Zones): Route[] {
  const path = "/zones/:zone/rulesets/phases/:phase/entrypoint";
  const keyOf = (call: Call) => {
    const phase = param(call, "phase");
    if (!PHASES.includes(phase)) refuse(400, codes.rulesetInvalid, `unknown phase ${phase}`);
    return `${zones.get(call).id} ${phase}`;
  };
  const missing = () => refuse(404, codes.rulesetMissing, "could not find entrypoint ruleset");
  const shown = (one: Ruleset, phase: string): Json => ({
    ...{ id: one.id, kind: "zone", phase, name: "default", version: "1" },
    rules: one.rules.map((rule) => ({
      ...rule,
      version: "1",
      last_updated: "2026-01-01T00:00:00Z",
    })),
  });
  return [
    route("GET", path, (call) => {
      const found = zones.rulesets.get(keyOf(call)) ?? missing();
      return { result: shown(found, param(call, "phase")) };
    }),
    route("PUT", path, (call) => {
      const { rules } = objectOf(call, codes.rulesetInvalid);
      if (!Array.isArray(rules)) return refuse(400, codes.rulesetInvalid, "rules are missing");
      const { id = hexId() } = zones.rulesets.get(keyOf(call)) ?? {};
      const made = { id, rules: rules.map(ruleOf) };
      zones.rulesets.set(keyOf(call), made);
      return { result: shown(made, param(call, "phase")) };
    }),
    route("DELETE", "/zones/:zone/rulesets/:ruleset/rules/:rule", (call) => {
      const { id: zone } = zones.get(call);
      const [ruleset, rule] = [param(call, "ruleset"), param(call, "rule")];
      const found = [...zones.rulesets].find(([key, one]) => {
        return key.startsWith(`${zone} `) && one.id === ruleset;
      });
      const [, own] = found ?? missing();
      if (!own.rules.some(({ id }) => id === rule)) missing();
      own.rules = own.rules.filter(({ id }) => id !== rule);
      return { result: shown(own, "") };
    }),
  ];
}

function ruleOf(value: unknown): Rule {
  const { id, description, expression, version, last_updated } = (value ?? {}) as Json;
  if (version !== undefined || last_updated !== undefined) {
    refuse(400, codes.rulesetInvalid, "a field of a rule is read-only");
  }
  if (typeof expression !== "string") refuse(400, codes.rulesetInvalid, "a rule has no expression");
  return {
    id: String(id ?? hexId()),
    description: `${description ?? ""}`,
    expression: `${expression}`,
  };
}
