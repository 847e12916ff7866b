/** The block `Worker`, in each form that Alchemy's `Worker` has. */
import * as Cloudflare from "alchemy/Cloudflare";
import type { InputProps } from "alchemy/Input";
import type { Named, Tag } from "alchemy/Named";
import type { MakeShape, PlatformServices } from "alchemy/Platform";
import { RemovalPolicy } from "alchemy/RemovalPolicy";
import type { Rpc } from "alchemy/Rpc";
import { effectClass } from "alchemy/Util/effect";
import type { ConfigError } from "effect/Config";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type { StageOptions } from "../options.ts";
import { type BlocksOptions, checkId, declare, type Given, type Options, settle } from "./block.ts";
import { withHosts } from "./host.ts";

type Bindings = Cloudflare.WorkerBindingProps;
type Assets = Cloudflare.WorkerAssetsConfig | undefined;
type Type = Cloudflare.WorkerTypeId;
type Services = Cloudflare.WorkerServices | PlatformServices;
type Props<B = Bindings, A extends Assets = Assets> = InputProps<Cloudflare.WorkerProps<B, A>> &
  StageOptions;
type WorkerOptions<B = Bindings, A extends Assets = Assets, Req = never> = Options<
  Props<B, A>,
  ConfigError,
  Req
>;
type Environment<B extends Bindings, A extends Assets> = {
  [binding in keyof Cloudflare.NormalizedBindings<B, A>]: Cloudflare.NormalizedBindings<
    B,
    A
  >[binding];
};
type Made<Shape, Req = never> = Effect.Effect<
  Cloudflare.Worker & Rpc<Shape>,
  never,
  Cloudflare.Providers | Req
>;

/** `class Api extends Worker<Api>()(…) {}`: with an implementation, or with a script of its own. */
export interface WorkerClass<Self> {
  <
    const Id extends string,
    Shape extends Cloudflare.WorkerShape,
    Req extends Services | Tag,
    PropsReq = never,
  >(
    id: Id,
    options: WorkerOptions<Bindings, Assets, PropsReq>,
    implementation: Effect.Effect<Shape, ConfigError, Req>,
  ): Made<Self, PropsReq> &
    Named<Id> & {
      new (): MakeShape<Shape, Cloudflare.WorkerShape> & Named<Id> & Tag<Type>;
    };
  <
    const Id extends string,
    const B extends Bindings = Record<never, never>,
    const A extends Assets = undefined,
    Req = never,
  >(
    id: Id,
    options: WorkerOptions<B, A, Req>,
  ): Effect.Effect<
    Cloudflare.Worker<Cloudflare.NormalizedBindings<B, A>> & Rpc<Record<never, never>>,
    never,
    Cloudflare.Providers | Req
  > &
    Named<Id> & {
      new (): Named<Id> &
        Tag<Type> & {
          readonly "~alchemy/WorkerEnv": Cloudflare.NormalizedBindings<B, A>;
        };
    };
}

/** `class Api extends Worker<Api, Shape>()("api") {}`, whose `make` gives the layer with all the rest. */
export type WorkerTag<Self, Shape> = <const Id extends string>(
  id: Id,
) => Effect.Effect<Cloudflare.Worker & Rpc<Self>, never, Self | Cloudflare.Providers> &
  Named<Id> & {
    new (_: never): MakeShape<Shape, Cloudflare.WorkerShape> & Named<Id> & Tag<Type>;
    of(shape: Shape & Cloudflare.WorkerShape): MakeShape<Shape, Cloudflare.WorkerShape>;
    make<PropsReq = never, Req = never>(
      options: WorkerOptions<Bindings, Assets, PropsReq>,
      implementation: Effect.Effect<Shape, ConfigError, Req>,
    ): Layer.Layer<
      Self,
      never,
      Cloudflare.Providers | Exclude<PropsReq | Req, Self | Services | Tag<Type>>
    >;
  };

/** A Worker called `id-stage`, in the async style or with an implementation in Effect's. */
export interface WorkerBlock {
  <Self, Shape extends Cloudflare.WorkerShape>(): WorkerTag<Self, Shape>;
  <Self>(): WorkerClass<Self>;
  <
    const B extends Bindings = Record<never, never>,
    const A extends Assets = undefined,
    Req = never,
  >(
    id: string,
    options: WorkerOptions<B, A, Req>,
  ): Effect.Effect<
    Cloudflare.Worker<Environment<B, A>> & Rpc<Record<never, never>>,
    never,
    Cloudflare.Providers | Req
  >;
  <Shape extends Cloudflare.WorkerShape, Req extends Services = never>(
    id: string,
    options: Props,
    implementation: Effect.Effect<Shape, ConfigError, Req>,
  ): Made<Shape>;
}

type Layered = (props: object, implementation: object) => Layer.Layer<unknown>;
type Construct = (id: string, ...rest: object[]) => Effect.Effect<unknown> & { make: Layered };

export function worker(settings: BlocksOptions): WorkerBlock {
  const construct = Cloudflare.Worker as unknown as Construct & (() => Construct);
  const block = (id: string | undefined, given: Options<Given>, ...implementation: object[]) => {
    if (id === undefined) return workerClass(construct(), settings);
    checkId("worker", id);
    const make = (props: object) => construct(id, props, ...implementation);
    return declare("worker", id, hosted(given), { make }, settings);
  };
  return block as unknown as WorkerBlock;
}

/** The options with the hostnames that `Domain` and `Route` give. */
function hosted(given: Options<Given>): Options<Given> {
  const known = Effect.isEffect(given) ? given : Effect.succeed(given ?? {});
  return Effect.flatMap(known, withHosts) as Options<Given>;
}

/** The forms for `class … extends`. What they extend is an Effect that makes the Worker. */
function workerClass(construct: Construct, settings: BlocksOptions) {
  return (id: string, given?: Options<Given>, ...implementation: object[]) => {
    checkId("worker", id);
    if (given === undefined) return workerTag(id, construct, settings);
    const make = (props: object) => construct(id, props, ...implementation);
    const made = declare("worker", id, hosted(given), { make }, settings);
    return Object.assign(effectClass(made), { LogicalId: id });
  };
}

function workerTag(id: string, construct: Construct, settings: BlocksOptions) {
  const tag = construct(id);
  const { make } = tag;
  const retained = Layer.succeed(RemovalPolicy, "retain");
  const named = (given: Options<Given>, implementation: object) => {
    const settled = settle("worker", id, hosted(given), settings);
    const layer = Effect.map(settled, ({ props, retains }) => {
      const made = make(props, implementation);
      return retains ? Layer.provide(made, retained) : made;
    });
    return Layer.unwrap(layer);
  };
  return Object.assign(tag, { make: named });
}
