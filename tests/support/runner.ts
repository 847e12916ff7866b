/**
 * Runs programs of Alchemy 0.94 one after the other, each as if it had a process of its own: with its
 * own arguments, environment, working directory and memories. Loading Alchemy costs more than most
 * deploys. The parent says what to run; after each, a line on both streams ends what it printed.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import { join } from "node:path";
import type { Job, Order } from "./runners.ts";

/** What one program does, to tell it from what an earlier one has left undone. */
interface Run {
  mark: string;
  end: (code: number) => void;
}

/** What `process.exit` throws, to end the program that calls it. */
class Exit extends Error {}

let current: Run | undefined;
let count = 0;
const runs = new AsyncLocalStorage<Run | undefined>();

// Alchemy remembers clients and the settings of Workers for as long as its process lives.
Object.assign(globalThis, { numberOfRun: () => `${count} ` });
await Bun.plugin({
  name: "memories",
  setup(build) {
    build.onLoad({ filter: /[/\\]alchemy[/\\]src[/\\]util[/\\]memoize\.ts$/ }, async ({ path }) => {
      const source = await fs.promises.readFile(path, "utf8");
      const contents = source.replaceAll("= keyFn(", "= globalThis.numberOfRun() + keyFn(");
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
  runs.enterWith(current);
  enterWith.call(storage, scope);
};

// A process that has ended does nothing any more: it calls nobody, and writes no state.
const isOver = () => {
  const run = runs.getStore();
  return run !== undefined && run !== current;
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
process.exit = (code) => {
  if (!isOver()) current?.end(Number(code ?? process.exitCode ?? 0));
  throw new Exit();
};
const failed = (error: unknown) => {
  if (error instanceof Exit) return;
  console.error(error);
  current?.end(1);
};
process.on("uncaughtException", failed);
process.on("unhandledRejection", failed);

/** Runs a program to its end and gives its exit code. */
async function run({ folder, file, args, env, mark }: Job): Promise<number> {
  prepare(folder, env, args);
  const path = join(folder, file);
  process.argv = [process.execPath, path, ...args];
  const { promise, resolve } = Promise.withResolvers<number>();
  current = { mark, end: resolve };
  // By another address each time: one that has failed once is not loaded again.
  import(`${path}?${count}`).then(
    () => resolve(Number(process.exitCode ?? 0)),
    (error) => failed(error),
  );
  const code = await promise;
  current = undefined;
  forget(folder);
  return code;
}

function prepare(folder: string, env: Job["env"], args: readonly string[]): void {
  count += 1;
  process.chdir(folder);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  // Alchemy takes the root from the working directory that it was loaded in.
  const root = args.includes("--root-dir") ? [] : ["--root-dir", folder];
  cliArgs.splice(0, cliArgs.length, ...args, ...root);
}

const globals = new Set(Reflect.ownKeys(globalThis));

/** Forgets what the program has defined, and what the next one may write anew. */
function forget(folder: string): void {
  process.exitCode = 0;
  for (const name of Reflect.ownKeys(globalThis)) {
    if (!globals.has(name)) Reflect.deleteProperty(globalThis, name);
  }
  for (const type of providers.keys()) if (!builtIn.has(type)) providers.delete(type);
  for (const path of Object.keys(require.cache)) {
    if (path.startsWith(folder)) delete require.cache[path];
  }
  // Each call of `alchemy()` adds a handler that holds its scopes until the process exits.
  const emitter: unknown = Reflect.get(globalThis, Symbol.for("signal-exit emitter"));
  const listeners = (emitter as { listeners?: Record<string, unknown[]> } | undefined)?.listeners;
  for (const kind of Object.values(listeners ?? {})) kind.length = 0;
}

/** Ends the program that runs, once it has written what it is about to write. */
async function kill(mark: string): Promise<void> {
  if (current?.mark !== mark) return;
  const { end } = current;
  current = undefined;
  await Promise.allSettled(writing);
  end(137);
}

process.on("message", async (order: Order) => {
  if ("kill" in order) return kill(order.kill);
  const { job } = order;
  const code = await run(job);
  console.log(`\n${job.mark}`);
  console.error(`\n${job.mark}`);
  process.send?.({ code });
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
