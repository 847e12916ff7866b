/**
 * Runs in a process of its own: opens a program by the user's Alchemy 2, and writes what it declares, or
 * what its state has.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { KINDS, specInAlchemy2 } from "../../kinds.ts";
import { jurisdictionIn } from "../../state/alchemy2.ts";
import {
  ANSWER,
  type Answer,
  type CopiedStage,
  type Copy,
  type EvaluatedResource,
  type ExportedRow,
  type Question,
} from "./answer.ts";
import { copyStages } from "./copy.ts";
import { withoutCredentials } from "./environment.ts";
import type { Effect, Modules, Stack, State } from "./modules.ts";
import { serve } from "./serve.ts";

const BY_WORKER = "Alchemy 2 makes it from the name of its Worker";
const SAME_STORE = "it keeps its state in local files, where the rows are already";
const AT_DEPLOY = "it is known when the resources that it depends on are deployed";

async function answer(question: Question): Promise<Answer> {
  const loaded = Object.entries(question.modules).map(async ([name, file]) => {
    return [name, (await import(pathToFileURL(file).href)) as unknown] as const;
  });
  const modules = Object.fromEntries(await Promise.all(loaded)) as unknown as Modules;
  const { stage } = question;
  if (question.copy) return { copied: await copied(modules, question, question.copy) };
  if (question.serve !== undefined) {
    await served(modules, question, question.serve);
    process.exit(0);
  }
  if (stage === null) return { rows: await rowsOf(modules, question) };
  const stack = await openStack(modules, { ...question, stage });
  const names = await namesIn(stack, modules);
  return { stack: stack.name, stage: stack.stage, resources: resourcesIn(stack, names, modules) };
}

async function openStack(
  modules: Modules,
  { entrypoint, stage, scratch }: Question & { stage: string },
): Promise<Stack> {
  const { effect: Effect, alchemist } = modules;
  const opened = alchemist.open({ entrypoint, stage });
  const stack = Effect.map(opened, ({ stack }: { stack: Stack }) => stack);
  return (await run(modules, stack, scratch)) as Stack;
}

/** All rows of the store that the program has. */
async function rowsOf(modules: Modules, question: Question): Promise<ExportedRow[]> {
  const { effect: Effect, alchemist, state } = modules;
  const { entrypoint, scratch } = question;
  const store = alchemist.State.store({ backend: "configured", entrypoint });
  const exported = Effect.flatMap(store, (service) =>
    state.exportState().pipe(Effect.provideService(state.State, Effect.succeed(service))),
  );
  const { resources } = (await run(modules, exported, scratch)) as { resources: ExportedRow[] };
  return resources;
}

/** Does what it is asked, until nobody asks any more. */
async function served(modules: Modules, { entrypoint, scratch }: Question, mark: string) {
  const { effect: Effect, alchemist } = modules;
  const store = alchemist.State.store({ backend: "configured", entrypoint });
  const runOne = <T>(effect: Effect) => Effect.runPromise(effect) as Promise<T>;
  const serving = Effect.flatMap(store, (service: State) =>
    Effect.promise(() => serve(service, runOne, mark)),
  );
  await run(modules, serving, scratch);
}

/** Copies the rows of the program's stack from the local store to the one that the program has. */
async function copied(
  modules: Modules,
  { entrypoint, scratch }: Question,
  copy: Copy,
): Promise<CopiedStage[]> {
  const { effect: Effect, alchemist, state } = modules;
  const copying = Effect.flatMap(alchemist.State.store({ backend: "local" }), (local: State) =>
    Effect.flatMap(
      alchemist.open({ entrypoint }),
      (session: { stack: Stack; context: unknown }) => {
        const opened = Effect.flatMap(state.State, (store: Effect) => store);
        return Effect.flatMap(opened.pipe(Effect.provide(session.context)), (target: State) => {
          if (target.id === local.id) throw new Error(SAME_STORE);
          const tools = { effect: Effect, encode: state.encodeState };
          const stores = { local, target };
          return Effect.promise(() => copyStages(stores, session.stack.name, copy, tools));
        });
      },
    ),
  );
  return (await run(modules, copying, scratch)) as CopiedStage[];
}

function run(modules: Modules, effect: Effect, scratch: string): Promise<unknown> {
  const { effect: Effect, alchemist, context } = modules;
  const wrapped = Effect.flatMap(context.AlchemyContext, (given: object) =>
    // It would keep its log beside the program.
    effect.pipe(Effect.provideService(context.AlchemyContext, { ...given, dotAlchemy: scratch })),
  );
  return Effect.runPromise(wrapped.pipe(Effect.provide(alchemist.layer()), Effect.scoped));
}

/** The names that are known before a deploy, by the resource. One may be made from another. */
async function namesIn(
  stack: Stack,
  { effect: Effect, output }: Modules,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const open = new Set(Object.values(stack.resources));
  for (let known = -1; known < names.size; ) {
    known = names.size;
    const upstream = upstreamOf(stack, names);
    for (const resource of open) {
      const given = resource.Props?.[specInAlchemy2(resource.Type)?.alchemy2.naming ?? ""];
      if (given === undefined) open.delete(resource);
      else {
        // It throws as soon as it asks for what only a deploy tells.
        const name = await Effect.runPromise(output.evaluate(given, upstream)).catch(
          () => undefined,
        );
        if (typeof name === "string" && name !== "") names.set(resource.FQN, name);
      }
      if (names.has(resource.FQN)) open.delete(resource);
    }
  }
  return names;
}

/** What resources will say of themselves when they are deployed: their names, and nothing else. */
function upstreamOf({ resources }: Stack, names: ReadonlyMap<string, string>): object {
  const known = Object.values(resources).map(({ FQN, Type }) => {
    const name = names.get(FQN);
    const key = specInAlchemy2(Type)?.alchemy2.attribute;
    const get = (_: object, asked: string | symbol) => {
      if (name !== undefined && asked === key) return name;
      throw new Error(AT_DEPLOY);
    };
    return [FQN, new Proxy({}, { get })] as const;
  });
  return Object.fromEntries(known);
}

function resourcesIn(
  stack: Stack,
  names: ReadonlyMap<string, string>,
  { output }: Modules,
): EvaluatedResource[] {
  return Object.values(stack.resources).flatMap((one) => {
    const spec = specInAlchemy2(one.Type);
    if (!spec || spec.alchemy2.attribute === "") return [];
    const { naming } = spec.alchemy2;
    const name = names.get(one.FQN) ?? null;
    const automatic = one.Props?.[naming] === undefined;
    const reason = spec.kind === "workflow" ? BY_WORKER : AT_DEPLOY;
    const resource: EvaluatedResource = {
      kind: spec.kind,
      id: one.FQN,
      name,
      automatic,
      reason: automatic || name !== null ? null : reason,
      jurisdiction: jurisdictionIn(spec, one.Props),
      retained: one.RemovalPolicy === "retain",
      formers: (one.FormerFqns ?? []).filter((former) => former !== one.FQN),
    };
    return [resource, ...classesOf(stack, resource, output)];
  });
}

/** The classes that a Worker's own script has. */
function classesOf(
  { resources, bindings }: Stack,
  worker: EvaluatedResource,
  output: Modules["output"],
): EvaluatedResource[] {
  const { binding: type } = KINDS["durable-object"];
  return (bindings[worker.id] ?? []).flatMap(({ sid, data }) => {
    const bound = (data as { bindings?: Record<string, unknown>[] } | null)?.bindings ?? [];
    const own = bound.filter(({ type: of, scriptName }) => {
      return of === type && (scriptName === undefined || scriptName === worker.name);
    });
    const workerOf = (former: unknown) =>
      typeof former === "string" ? [former] : Object.keys(output.upstreamAny(former));
    return own.map(({ className, transferredFrom }): EvaluatedResource => {
      const id = idOfClass(resources[worker.id]?.Props?.env, sid);
      const name = typeof className === "string" ? className : null;
      const named = { name, automatic: false, reason: null, jurisdiction: "" };
      return {
        kind: "durable-object",
        id,
        ...named,
        retained: worker.retained,
        worker: worker.id,
        key: sid,
        from: [transferredFrom ?? []].flat().flatMap(workerOf),
      };
    });
  });
}

/** What the program calls a class: `env` has it under the key of the binding. */
function idOfClass(env: unknown, key: string): string {
  const name = (env as Record<string, { name?: unknown } | undefined> | undefined)?.[key]?.name;
  return typeof name === "string" ? name : key;
}

async function main(): Promise<never> {
  const question = JSON.parse(process.argv[2] ?? "{}") as Question;
  if (question.stage !== null) {
    // A runtime may have read a `.env` file.
    Object.assign(process.env, withoutCredentials(process.env, process.env.HOME ?? ""));
  }
  const said = await answer(question).catch((error: unknown): Answer => {
    const { message } = (error ?? {}) as { message?: unknown };
    return { error: typeof message === "string" && message !== "" ? message : String(error) };
  });
  writeFileSync(join(question.scratch, ANSWER), JSON.stringify(said));
  process.exit(0);
}

await main();
