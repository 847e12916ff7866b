/** Resources that have a name, and nothing that others depend on. */
import type { Account } from "../account.ts";
import { refuse } from "../errors.ts";
import type { Journal } from "../log.ts";
import {
  type Call,
  type Json,
  objectOf,
  type Paging,
  page,
  param,
  type Route,
  route,
} from "../router.ts";
import type { PlainKind } from "./index.ts";

export interface PlainResource {
  readonly id: string;
  name: string;
  readonly createdAt: string;
  modifiedAt: string;
  /** What it was made with. */
  body: Json;
}

type Code = readonly [status: number, code: number, message: (name: string) => string];

/** What Cloudflare's API says of a kind. */
export interface PlainRules {
  /** Below the account. */
  path: string;
  /** Whether the path of one has its name; its id is another otherwise. */
  byName: boolean;
  /** The field of a body that has the name. */
  field: string;
  /** Whether a name is allowed. */
  name: RegExp;
  id: (name: string) => string;
  /** How a name that is not allowed is refused, one that is taken, and one that nothing has. */
  invalid: Code;
  taken: Code;
  missing: Code;
  /** How one can be changed, if at all, and the fields that stay as they were made. */
  update?: "PUT" | "PATCH";
  fixed?: readonly string[];
  /** How a Worker binds one, if it can: the type, and the field that has what its path has. */
  binding?: { type: string; field: string };
  /** How the list comes, if not whole. */
  paging?: Paging;
  /** What the list is called in its envelope, if not `result`. */
  key?: "results";
  /** Refuses a body that Cloudflare does not take. */
  check?: (body: Json, account: Account, isNew: boolean) => void;
  /** What its API has beside. */
  more?: (of: (call: Call) => PlainResource, account: Account) => Route[];
  shown: (resource: PlainResource, account: Account) => Json;
}

/** All resources of such a kind. */
export class Plain {
  readonly kind: PlainKind;
  /** By id. */
  readonly all = new Map<string, PlainResource>();
  readonly routes: readonly Route[];
  readonly #rules: PlainRules;
  readonly #account: Account;
  readonly #journal: Journal;

  constructor(kind: PlainKind, rules: PlainRules, account: Account, journal: Journal) {
    this.kind = kind;
    this.#rules = rules;
    this.#account = account;
    this.#journal = journal;
    this.routes = this.#routes();
  }

  named(name: string): PlainResource | undefined {
    return [...this.all.values()].find((one) => one.name === name);
  }

  /** Whether it has what a Worker binds; nothing if the binding is of another kind. */
  has(binding: Json): boolean | undefined {
    if (!this.#rules.binding) return undefined;
    const { type, field } = this.#rules.binding;
    return binding.type === type ? this.#at(String(binding[field])) !== undefined : undefined;
  }

  /** Makes one, as a POST does. */
  create(body: Json): PlainResource {
    const name = this.#nameOf(body);
    this.#free(name);
    this.#rules.check?.(body, this.#account, true);
    const now = new Date().toISOString();
    const made = { id: this.#rules.id(name), name, createdAt: now, modifiedAt: now, body };
    this.all.set(made.id, made);
    this.#journal.note({ kind: this.kind, action: "create", name, id: made.id });
    return made;
  }

  #update(one: PlainResource, given: Json): PlainResource {
    const fixed = this.#rules.fixed ?? [];
    const body = Object.fromEntries(Object.entries(given).filter(([key]) => !fixed.includes(key)));
    const name = this.#rules.field in body ? this.#nameOf(body) : one.name;
    if (name !== one.name) this.#free(name);
    const whole = this.#rules.update === "PUT" ? body : { ...one.body, ...body };
    this.#rules.check?.(whole, this.#account, false);
    const from = one.name;
    Object.assign(one, { name, body: whole, modifiedAt: new Date().toISOString() });
    const { kind } = this;
    const renamed = { kind, action: "rename", name, id: one.id, from, to: name } as const;
    this.#journal.note(from === name ? { kind, action: "update", name, id: one.id } : renamed);
    return one;
  }

  #delete(one: PlainResource): void {
    this.all.delete(one.id);
    const { kind } = this;
    this.#journal.note({ kind, action: "delete", name: one.name, id: one.id });
  }

  #nameOf(body: Json): string {
    const name = body[this.#rules.field];
    if (typeof name === "string" && this.#rules.name.test(name)) return name;
    return refused(this.#rules.invalid, String(name));
  }

  #free(name: string): void {
    if (this.named(name)) refused(this.#rules.taken, name);
  }

  #of(call: Call): PlainResource {
    const key = param(call, "key");
    return this.#at(key) ?? refused(this.#rules.missing, key);
  }

  #at(key: string): PlainResource | undefined {
    return this.#rules.byName ? this.named(key) : this.all.get(key);
  }

  #routes(): Route[] {
    const { path, update, invalid, paging, key, more } = this.#rules;
    const [, code] = invalid;
    const at = `${path}/:key`;
    const body = (call: Call) => objectOf(call, code);
    const shown = (one: PlainResource) => this.#rules.shown(one, this.#account);
    const all = () => [...this.all.values()].map(shown);
    return [
      route("GET", path, (call) => ({
        ...(paging ? page(call, all(), paging) : { result: all() }),
        ...(key ? { key } : {}),
      })),
      route("POST", path, (call) => ({ result: shown(this.create(body(call))) })),
      route("GET", at, (call) => ({ result: shown(this.#of(call)) })),
      route("DELETE", at, (call) => {
        this.#delete(this.#of(call));
        return { result: null };
      }),
      ...(update === undefined
        ? []
        : [
            route(update, at, (call) => ({
              result: shown(this.#update(this.#of(call), body(call))),
            })),
          ]),
      ...(more?.((call) => this.#of(call), this.#account) ?? []),
    ];
  }
}

function refused([status, code, message]: Code, name: string): never {
  return refuse(status, code, message(name));
}
