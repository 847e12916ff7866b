/** The block `Container`: what a Worker binds as the class whose objects run the image. */
import * as Cloudflare from "alchemy/Cloudflare";
import type { InputProps } from "alchemy/Input";
import { RemovalPolicy } from "alchemy/RemovalPolicy";
import type { ConfigError } from "effect/Config";
import * as Effect from "effect/Effect";
import type { StageOptions } from "../options.ts";
import { type BlocksOptions, checkId, type Given, type Options, settle } from "./block.ts";

/** What `Container` takes: all of Alchemy's with an image or a Dockerfile, and our own. */
export type ContainerOptions = (
  | InputProps<Cloudflare.RemoteContainerProps>
  | InputProps<Cloudflare.ExternalContainerProps>
) &
  StageOptions;

/** A container application called `id-stage`, in a Worker's `env`. */
export type ContainerBlock = <Shape = unknown, const Id extends string = string, Req = never>(
  id: Id,
  options: Options<ContainerOptions, ConfigError, Req>,
) => Cloudflare.Container.Decl<Cloudflare.Container<Id>, Record<never, never>, Id, Req, Shape>;

/** What Alchemy returns, as far as the block looks at it: the application, and what names its class. */
interface Declared {
  Application: Effect.Effect<unknown>;
}
type Construct = (id: string, props: Effect.Effect<object, unknown, unknown>) => Declared;

const CLASS = "~alchemy/Container/ClassName";

export function container(settings: BlocksOptions): ContainerBlock {
  const construct = Cloudflare.Container as unknown as Construct;
  const block = (id: string, given: Options<Given>) => {
    checkId("container", id);
    const settled = settle("container", id, given, settings);
    const made = construct(
      id,
      Effect.map(settled, ({ props }) => props),
    );
    const { Application } = made;
    const retained = Effect.flatMap(settled, ({ retains }) =>
      retains ? Effect.provideService(Application, RemovalPolicy, "retain") : Application,
    );
    // A Worker knows a container by its class, and asks for it before it makes the application.
    const classOf = (options: object | undefined) => (options as { className?: string })?.className;
    const named = Effect.isEffect(given) ? Effect.map(given, classOf) : classOf(given);
    return Object.assign(made, { Application: retained, [CLASS]: named });
  };
  return block as unknown as ContainerBlock;
}
