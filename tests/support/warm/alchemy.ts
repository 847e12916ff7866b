/** Runs programs of Alchemy 0.94 one after the other. */
import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import { anew, current, type Run, serve } from "./loop.ts";

const runs = new AsyncLocalStorage<Run | undefined>();

// Alchemy remembers clients and the settings of Workers for as long as its process lives.
Object.assign(globalThis, { ofThisRun: (key: string) => anew(key) });
await Bun.plugin({
  name: "memories",
  setup(build) {
    build.onLoad({ filter: /[/\\]alchemy[/\\]src[/\\]util[/\\]memoize\.ts$/ }, async ({ path }) => {
      const source = await fs.promises.readFile(path, "utf8");
      const contents = source.replaceAll("= keyFn(...args)", "= ofThisRun(keyFn(...args))");
      if (contents === source) throw new Error(`no memory was found in ${path}`);
      return { contents, loader: "ts" };
    });
  },
});

await import("alchemy");
await import("alchemy/cloudflare");
await import("alchemy/state");
const { cliArgs } = (await import(
  new URL("./util/cli-args.ts", import.meta.resolve("alchemy")).href
)) as { cliArgs: string[] };
const { ALCHEMY_PROVIDERS: providers, __ALCHEMY_STORAGE__: storage } = globalThis as unknown as {
  ALCHEMY_PROVIDERS: Map<string, unknown>;
  __ALCHEMY_STORAGE__: AsyncLocalStorage<unknown>;
};
const builtIn = new Set(providers.keys());

// A program enters its first scope before it does anything.
const { enterWith } = storage;
storage.enterWith = (scope) => {
  runs.enterWith(current());
  enterWith.call(storage, scope);
};

// A process that has ended does nothing any more: it calls nobody, and writes no state.
const isOver = () => {
  const run = runs.getStore();
  return run !== undefined && run !== current();
};
const never = new Promise<never>(() => {});
function whileAlive<A extends unknown[], R>(act: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    if (isOver()) return never;
    const done = await act(...args);
    return isOver() ? never : done;
  };
}
const { fetch } = globalThis;
globalThis.fetch = Object.assign(whileAlive(fetch), { preconnect: fetch.preconnect });
const writing = new Set<Promise<unknown>>();
function written<A extends unknown[], R>(act: (...args: A) => Promise<R>) {
  return whileAlive((...args: A) => {
    const done = act(...args);
    writing.add(done);
    return done.finally(() => writing.delete(done));
  });
}
const { mkdir, rm, unlink, writeFile } = fs.promises;
Object.assign(fs.promises, {
  mkdir: written(mkdir as (...args: unknown[]) => Promise<unknown>),
  rm: written(rm),
  unlink: written(unlink),
  writeFile: written(writeFile),
});

serve({
  prepare({ args, folder }) {
    // Alchemy takes the root from the working directory that it was loaded in.
    const root = args.includes("--root-dir") ? [] : ["--root-dir", folder];
    cliArgs.splice(0, cliArgs.length, ...args, ...root);
  },
  start: (path) => import(anew(path)),
  forget({ folder }) {
    for (const type of providers.keys()) if (!builtIn.has(type)) providers.delete(type);
    // The next program may find its files changed.
    for (const path of Object.keys(require.cache)) {
      if (path.startsWith(folder)) delete require.cache[path];
    }
    // Each call of `alchemy()` adds a handler that holds its scopes until the process exits.
    const emitter: unknown = Reflect.get(globalThis, Symbol.for("signal-exit emitter"));
    const listeners = (emitter as { listeners?: Record<string, unknown[]> } | undefined)?.listeners;
    for (const kind of Object.values(listeners ?? {})) kind.length = 0;
  },
  settle: () => Promise.allSettled(writing),
  isOver,
});
