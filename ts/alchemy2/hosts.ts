/**
 * Hostnames: the domains and routes of Workers. Alchemy 2 refuses some of what another Worker has, but
 * only after it has uploaded the script, and it takes a `WorkerRoute` without asking whose it is.
 */
import * as Output from "alchemy/Output";
import type { StackSpec } from "alchemy/Stack";
import type { PersistedState } from "alchemy/State";
import * as Effect from "effect/Effect";
import {
  Denied,
  type HostApi,
  HostLists,
  hostOf,
  PERMISSIONS,
  zoneAround,
} from "../cloudflare/hosts.ts";
import { KINDS, specInAlchemy2 } from "../kinds.ts";
import { core } from "../wasm.ts";
import { type BlockError, judged } from "./error.ts";
import { currentReader } from "./reader.ts";
import { deployedName, resourceIn, writtenName } from "./rows.ts";

const ROUTE = "Cloudflare.Workers.Route";
const RECORD = "Cloudflare.DNS.Record";

type Spec = Omit<StackSpec, "output">;
type Rows = ReadonlyMap<string, PersistedState>;

/** A domain or a route that a program asks for. */
interface Wanted {
  id: string;
  route: boolean;
  name: string;
  script: string;
  /** Whether the script is this stage's. */
  ownScript: boolean;
  zoneId?: string | undefined;
}

/** The hostnames of one run. */
export class Hosts {
  #lists: HostLists | undefined;

  readonly #run = new (core().Run)();

  constructor(
    readonly stack: Spec,
    readonly rows: Rows,
    readonly takeFrom: readonly string[],
  ) {}

  /** Judges what the program asks for, before anything is changed. */
  judge(): Effect.Effect<void, BlockError> {
    const resources = Object.values(this.stack.resources);
    return Effect.andThen(
      this.#judgeAll(this.#wanted()),
      Effect.forEach(resources, ({ FQN, Type, Props }) => this.#judgeRecord(FQN, Type, Props)),
    );
  }

  /** Judges the options of one resource, all of which are known when it is written. */
  judgeWrite(fqn: string, type: string, props: unknown): Effect.Effect<void, BlockError> {
    return Effect.andThen(
      this.#judgeAll(this.#wantedBy(fqn, type, props)),
      this.#judgeRecord(fqn, type, props),
    );
  }

  /** Judges a DNS record that the state does not hold yet: with `--adopt` Alchemy writes over another's. */
  #judgeRecord(fqn: string, kind: string, props: unknown): Effect.Effect<void, BlockError> {
    return Effect.gen({ self: this }, function* () {
      const { zoneId, name, type } = (props ?? {}) as Record<string, unknown>;
      const isNew = kind === RECORD && !this.rows.has(fqn);
      if (!isNew || typeof name !== "string" || typeof type !== "string") return;
      const zone = idOf(zoneId);
      const lists = zone === undefined ? undefined : yield* this.#open();
      if (zone === undefined || !lists) return;
      const facts = yield* Effect.promise(async () => {
        const [zones, records] = await Promise.all([lists.zones({}), lists.records(zone, {})]);
        return new (core().HostFacts)({ zones, records });
      });
      const { stage } = this.stack;
      const declared = [{ name, type }];
      yield* judged(() => facts.judgeRecordsInAlchemy2(this.#run, stage, zone, declared, []));
    });
  }

  /**
   * The routes among `gone` that another Worker has by now, or another resource of the program. Alchemy
   * would delete them by their ids, whoever has them.
   */
  lost(gone: readonly string[], destroys: boolean): Effect.Effect<string[]> {
    return Effect.gen({ self: this }, function* () {
      const lost: string[] = [];
      const declared = destroys ? [] : this.#wanted().filter(({ route }) => route);
      const moved = new Set(declared.map(({ name }) => hostInLower(name)));
      for (const fqn of gone) {
        const row = resourceIn(this.rows.get(fqn));
        if (row?.resourceType !== ROUTE) continue;
        const { routeId, zoneId, script } = (row.attr ?? {}) as Record<string, string | undefined>;
        const { pattern } = (row.attr ?? {}) as { pattern?: unknown };
        if (typeof pattern === "string" && moved.has(hostInLower(pattern))) {
          lost.push(fqn);
          continue;
        }
        const lists = yield* this.#open();
        const all = yield* Effect.promise(async () => zoneId && lists?.routes(zoneId, {}));
        const now = (all || []).find(({ id }) => id === routeId)?.script;
        if (now !== undefined && now !== script && !this.#isOurs(now)) lost.push(fqn);
      }
      return lost;
    });
  }

  #judgeAll(wanted: readonly Wanted[]): Effect.Effect<void, BlockError> {
    return Effect.gen({ self: this }, function* () {
      if (wanted.length === 0) return;
      const lists = yield* this.#open();
      if (!lists) return;
      // All of the program: a Worker's domain may be what a route of another one needs.
      const domains = this.#wanted().flatMap(({ route, name }) => (route ? [] : [name]));
      for (const one of wanted) {
        const facts = yield* Effect.promise(() => this.#factsFor(one, lists));
        const takeFrom = one.route ? this.takeFrom : [];
        const claim = { ...one, domains, takeFrom, stage: this.stack.stage };
        yield* judged(() => facts.judgeInAlchemy2(this.#run, claim));
      }
    });
  }

  #wanted(): Wanted[] {
    const resources = Object.values(this.stack.resources);
    return resources.flatMap(({ FQN, Type, Props }) => this.#wantedBy(FQN, Type, Props));
  }

  #wantedBy(id: string, type: string, options: unknown): Wanted[] {
    const props = (options ?? {}) as Record<string, unknown>;
    if (type === ROUTE) {
      const { pattern, zoneId } = props;
      const script = this.#scriptOf(props.script);
      // Without a script it leads past all Workers.
      if (typeof pattern !== "string" || script === undefined) return [];
      const ownScript = Output.isExpr(props.script) || this.#isOurs(script);
      return [{ id, route: true, name: pattern, script, ownScript, zoneId: idOf(zoneId) }];
    }
    if (specInAlchemy2(type) !== KINDS.worker) return [];
    const script = writtenName(type, props) ?? this.#deployed(id) ?? "";
    const domains = domainsOf(props.domain).map((one) => ({ ...one, route: false }));
    const routes = routesOf(props.routes).map((one) => ({ ...one, route: true }));
    return [...domains, ...routes].map((one) => ({ id, script, ownScript: true, ...one }));
  }

  #scriptOf(script: unknown): string | undefined {
    if (!Output.isExpr(script)) return typeof script === "string" ? script : undefined;
    const read = Object.keys(Output.upstreamAny(script));
    const worker = read.map((fqn) => this.stack.resources[fqn]).find((one) => one !== undefined);
    if (!worker) return "";
    return writtenName(worker.Type, worker.Props) ?? this.#deployed(worker.FQN) ?? "";
  }

  #deployed(fqn: string): string | undefined {
    const row = resourceIn(this.rows.get(fqn));
    return row && deployedName(row);
  }

  /** Whether a row of this stage has the script. */
  #isOurs(script: string | undefined): boolean {
    if (script === undefined) return false;
    return [...this.rows.values()].map(resourceIn).some((row) => {
      const isWorker = row && specInAlchemy2(row.resourceType) === KINDS.worker;
      return isWorker === true && deployedName(row) === script;
    });
  }

  #open(): Effect.Effect<HostLists | undefined> {
    return Effect.map(this.#lists ? Effect.succeed(undefined) : currentReader, (reader) => {
      if (reader) this.#lists = listsFrom(reader);
      return this.#lists;
    });
  }

  async #factsFor({ name, route, zoneId }: Wanted, lists: HostLists) {
    const zones = await lists.zones({});
    const around = zoneAround(hostOf(name), zones);
    const zone = zoneId ?? around?.id;
    const own = <T extends { script: string | undefined }>(all: T[] | undefined) =>
      all?.map((one) => ({ ...one, ours: this.#isOurs(one.script) }));
    // What the program makes itself is not there before its first deploy.
    const isMade = around === undefined && this.#declares("Cloudflare.Zone.");
    const makesRecords = this.#declares("Cloudflare.DNS.", "Cloudflare.Dns.");
    const makesCertificates = this.#declares("Cloudflare.Ssl.", "Cloudflare.Acm.");
    const needsCertificates = route && !makesRecords && !makesCertificates;
    return new (core().HostFacts)({
      zones: isMade ? undefined : zones,
      domains: own(await lists.domains({})),
      routes: zone === undefined ? undefined : own(await lists.routes(zone, {})),
      records: zone === undefined || makesRecords ? undefined : await lists.records(zone, {}),
      certificates:
        zone === undefined || !needsCertificates
          ? undefined
          : (await lists.certificates(zone, {}))?.flatMap(({ hosts }) => hosts),
    });
  }

  #declares(...types: string[]): boolean {
    const all = Object.values(this.stack.resources);
    return all.some(({ Type }) => types.some((start) => Type.startsWith(start)));
  }
}

/** A pattern in the form in which two are one: hostnames have no case. */
function hostInLower(pattern: string): string {
  return pattern.replace(/^(?:[a-z]+:\/\/)?[^/]*/i, (start) => start.toLowerCase());
}

function listsFrom(reader: HostApi): HostLists {
  const run = new (core().Run)();
  return new HostLists(
    async () => reader,
    (list, error) => {
      if (error instanceof Denied) run.warnUnread(list, PERMISSIONS[list]);
    },
  );
}

/** The hostnames of a Worker's option `domain`. */
function domainsOf(domain: unknown): { name: string; zoneId?: string | undefined }[] {
  if (typeof domain === "string") return [{ name: domain.toLowerCase() }];
  const { name, aliases, redirects, zoneId, zone } = (domain ?? {}) as Record<string, unknown>;
  return [name, aliases, redirects]
    .flat()
    .filter((host) => typeof host === "string")
    .map((host) => ({ name: host.toLowerCase(), zoneId: idOf(zoneId ?? zone) }));
}

function routesOf(routes: unknown): { name: string; zoneId?: string | undefined }[] {
  if (!Array.isArray(routes)) return [];
  return (routes as Record<string, unknown>[]).flatMap(({ pattern, zoneId, zone }) =>
    typeof pattern === "string" ? [{ name: pattern, zoneId: idOf(zoneId ?? zone) }] : [],
  );
}

/** The id of a zone, where it is written as one. */
function idOf(zone: unknown): string | undefined {
  return typeof zone === "string" && /^[a-f0-9]{32}$/i.test(zone) ? zone : undefined;
}
