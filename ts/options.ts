/** Options that every block takes, beside those of Alchemy's own function. */
export interface StageOptions {
  /**
   * The stage to use instead of the run's own; `false` for no suffix, the same name in every stage.
   * If that names what another stage owns, the block sets `delete: false` unless you write `delete`.
   */
  stage?: string | false | null | undefined;
  /**
   * Stage, as its user names it, to the exact physical name there: for resources that are older
   * than the block.
   */
  pin?: Readonly<Record<string, string | null | undefined>> | null | undefined;
}

/** Options of the kinds that hold data: databases, buckets, KV namespaces, queues and others. */
export interface DataOptions extends StageOptions {
  /**
   * What to do if the state holds another physical name for this id: `"refuse"` (the default),
   * `"keep"` the deployed name, or `"replace"` it. Alchemy then deletes an old database or bucket,
   * and renames KV namespaces and queues in place.
   */
  onRename?: OnRename | null | undefined;
  /**
   * The stage that owns the resource which every stage uses. All other stages look it up in the
   * account and only bind it: they do not create, configure, migrate or delete it.
   */
  share?: string | null | undefined;
}

/** What Cloudflare lets no data leave. `fedramp-high` is for buckets only. */
export type Jurisdiction = "eu" | "us" | "fedramp" | "fedramp-high";
/** A place nearby, and no promise. */
export type LocationHint = "weur" | "eeur" | "enam" | "wnam" | "apac" | "oc";
/** Where in the world databases and buckets are. */
export type Region = Jurisdiction | LocationHint;

/** Options of databases and buckets. */
export interface RegionOptions {
  /**
   * Where in the world it is: a jurisdiction, which data never leaves, or a location hint. It takes
   * effect when the resource is made, and the guard refuses to change it later (`would-move`).
   */
  region?: Region | null | undefined;
}

/** Options of buckets. */
export interface ExpiryOptions {
  /**
   * After how many days Cloudflare deletes an object, in a stage that is not protected and has made the
   * bucket itself; `false` for never. Where they may not expire, it is refused (`expire-protected`).
   */
  expireDays?: number | false | null | undefined;
}

/** What to do if the state holds another name: see {@link DataOptions.onRename}. */
export type OnRename = "refuse" | "keep" | "replace";

/** Where a hostname comes from, beside its base and the stage. */
export interface HostOptions {
  /** The zone, such as `example.co.uk`. Without it, a base of two labels is taken for the zone. */
  zone?: string | null | undefined;
  /** The one stage whose hostnames are the bases themselves: `"prod"` by default. */
  bare?: string | null | undefined;
  /**
   * The domain of all other stages. Browsers then do not share the cookies of `example.com` with
   * previews.
   */
  previewDomain?: string | null | undefined;
}

/** Options of `Domain` and `Route`, beside those of Alchemy's own functions. */
export interface HostBlockOptions<Worker> extends StageOptions, HostOptions {
  /** The Worker that answers: an awaited `Worker`, a reference to one, or the name of its script. */
  worker: Worker;
  /**
   * The name of the script that loses the hostname, the route or its paths to this one. Without it, what
   * another stage's script has is refused.
   */
  takeFrom?: string | null | undefined;
}

/** Options of `Domain` alone. */
export interface DomainOwnOptions<Worker> extends HostBlockOptions<Worker> {
  /**
   * What to do if the state holds another hostname for this id: `"refuse"` (the default), `"keep"` the
   * deployed one, or `"replace"` it. Alchemy then leaves the old one attached.
   */
  onRename?: OnRename | null | undefined;
}

/** What a set of blocks has in common. */
export interface Settings {
  /** The one stage whose hostnames have no stage in them: `"prod"` by default. */
  bare?: string | undefined;
  /** The domain of all other stages: see {@link HostOptions.previewDomain}. */
  previewDomain?: string | undefined;
  /** Where in the world databases and buckets are: see {@link RegionOptions.region}. */
  region?: Region | undefined;
  /**
   * After how many days Cloudflare deletes the objects of buckets. It leaves out protected stages, and
   * buckets that the stage has not made for itself.
   */
  expireDays?: number | undefined;
  /** Put before every base name, with a hyphen. */
  prefix?: string | undefined;
  /**
   * The stages whose data stays unless you write `delete`: `["prod", "production"]` by default.
   * It takes effect with the first deploy, which stores it.
   */
  protect?: readonly string[] | undefined;
  /**
   * The logical ids of what may go with its data: resources that the program no longer declares,
   * Durable Objects that nothing binds, and raw resources that get another name.
   */
  release?: readonly string[] | undefined;
  /** Durable Object classes that may go with their storage. `release` with the id does the same. */
  deleteClasses?: readonly string[] | undefined;
}

/** A resource function: takes the logical id and the options. */
export type Resource<Options, Result> = (id: string, options: Options) => Result;

/**
 * A block: computes the options and calls `resource(name, options)` with them.
 *
 * The logical id stays `name`. What `resource` returns comes back as it is, a promise as the same
 * promise; what it throws comes through as the same object. Options that the block does not know
 * are passed on as they came, and the caller's object is not changed.
 *
 * @throws BlockError before `resource` is called.
 */
export type CoreBlock = <Options, Result>(
  name: string,
  options: (Partial<Options> & StageOptions) | null | undefined,
  resource: Resource<Options, Result>,
  settings?: Settings,
) => Result;
