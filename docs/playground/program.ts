/** The program that makes what the page shows, for each version of Alchemy. */
import { INSTALL_2 } from "../../ts/generated/versions.ts";
import { KINDS, type Kind } from "../../ts/kinds.ts";
import { type Input, type Version, written } from "./link.ts";

/** What a program has for a kind, beside the block's name. */
interface Needs {
  options: string;
  /** The options of the app. */
  app?: string;
  imports?: string;
  before?: string;
}

const DIMENSIONS = 'dimensions: 768, metric: "cosine"';

const IMAGE = 'className: "Sandbox", image: "registry.cloudflare.com/sandbox:1.4.0"';

const NEEDED: Partial<Record<Kind, Readonly<Record<Version, Needs>>>> = {
  vectorize: { "0.94": { options: DIMENSIONS }, "2": { options: DIMENSIONS } },
  hyperdrive: {
    "0.94": {
      options: "origin: alchemy.secret(process.env.DATABASE_URL)",
      app: "password: process.env.ALCHEMY_PASSWORD",
    },
    "2": {
      options: "origin",
      imports: 'import * as Redacted from "effect/Redacted";',
      before: `const origin = {
  scheme: "postgres",
  host: "db.example.com",
  database: "shop",
  user: "shop",
  password: Redacted.make(process.env.DATABASE_PASSWORD ?? ""),
} as const;
`,
    },
  },
  pipeline: {
    "0.94": {
      options: 'source: [{ type: "binding", format: "json" }], destination',
      app: "password: process.env.ALCHEMY_PASSWORD",
      before: `const destination = {
  type: "r2",
  format: "json",
  path: { bucket: "my-app-events" },
  credentials: {
    accessKeyId: alchemy.secret(process.env.R2_KEY_ID),
    secretAccessKey: alchemy.secret(process.env.R2_KEY),
  },
} as const;`,
    },
    "2": {
      options: "destination",
      imports: 'import * as Redacted from "effect/Redacted";',
      before: `const destination = {
  bucket: "my-app-events",
  credentials: {
    accessKeyId: Redacted.make(process.env.R2_KEY_ID ?? ""),
    secretAccessKey: Redacted.make(process.env.R2_KEY ?? ""),
  },
};
`,
    },
  },
  container: { "0.94": { options: IMAGE }, "2": { options: IMAGE } },
  worker: {
    "0.94": { options: 'entrypoint: "./src/worker.ts"' },
    "2": { options: 'main: "./src/worker.ts"' },
  },
};

/** What installs the package and the version of Alchemy. */
export function installOf(version: Version): string {
  if (version === "0.94") return "npm install @alch/blocks alchemy@0.94";
  return INSTALL_2.replace("--save-exact ", "--save-exact @alch/blocks ");
}

/** What to write for the block alone. */
export function callOf({ version, kind, base }: Pick<Input, "version" | "kind" | "base">): string {
  return `${blockOf(kind, version)}(${argumentsOf(version, kind, base)})`;
}

function blockOf(kind: Kind, version: Version): string {
  const { block, alchemy2 } = KINDS[kind];
  return version === "2" ? alchemy2.block : (block ?? "");
}

function argumentsOf(version: Version, kind: Kind, base: string): string {
  const { options } = NEEDED[kind]?.[version] ?? {};
  const name = JSON.stringify(base);
  return options === undefined ? name : `${name}, { ${options} }`;
}

/** Blocks as an import has them. */
function imported(...blocks: readonly string[]): string {
  const sorted = [...new Set(blocks)].sort((a, b) => a.localeCompare(b, "en"));
  return sorted.join(", ");
}

/** What to write for the hostname alone. */
export function hostCallOf(input: Input): string {
  const options = optionsOf(input);
  if (input.version === "2") {
    const own = options === "" ? "" : `, { ${options} }`;
    return `Domain(${JSON.stringify(input.host)}${own})`;
  }
  return `Domain(${JSON.stringify(input.host)}, { worker${options === "" ? "" : `, ${options}`} })`;
}

function optionsOf({ zone, previewDomain, bare }: Input): string {
  const all = Object.entries(written({ zone, previewDomain, bare }));
  return all.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ");
}

/** The whole program. */
export function programOf(input: Input): string {
  return input.version === "2" ? programFor2(input) : programFor094(input);
}

/** What the Worker of the program is called, if the user has not chosen a Worker. */
const WORKER = "my-app-api";

function programFor094(input: Input): string {
  const { kind } = input;
  const { app, before } = NEEDED[kind]?.["0.94"] ?? {};
  return [
    `import { ${imported(blockOf(kind, "0.94"), "Domain", "Worker")} } from "@alch/blocks";`,
    'import alchemy from "alchemy";',
    "",
    `const app = await alchemy("my-app"${app === undefined ? "" : `, { ${app} }`});`,
    ...(before === undefined ? [] : [before]),
    ...declaredFor094(input),
    `await ${hostCallOf(input)};`,
    "await app.finalize();",
    "",
  ].join("\n");
}

function declaredFor094(input: Input): string[] {
  const { isClass, binding } = KINDS[input.kind];
  if (input.kind === "worker") return [`const worker = await ${callOf(input)};`];
  const bound = binding === "" ? [] : ["  bindings: { RESOURCE: resource },"];
  // A class is no resource of its own, so there is nothing to wait for.
  const made = `${isClass ? "" : "await "}${callOf(input)};`;
  return [
    bound.length === 0 ? made : `const resource = ${made}`,
    `const worker = await Worker("${WORKER}", {`,
    '  entrypoint: "./src/worker.ts",',
    ...bound,
    "});",
  ];
}

function programFor2(input: Input): string {
  const { kind, base } = input;
  const { imports, before } = NEEDED[kind]?.["2"] ?? {};
  const isWorker = kind === "worker";
  const blocks = imported(blockOf(kind, "2"), "Domain", "Worker", "guarded");
  return [
    `import { ${blocks} } from "@alch/blocks/v2";`,
    'import * as Alchemy from "alchemy";',
    'import * as Cloudflare from "alchemy/Cloudflare";',
    'import * as Effect from "effect/Effect";',
    ...(imports === undefined ? [] : [imports]),
    "",
    ...(before === undefined ? [] : [before]),
    `const worker = Worker(${isWorker ? JSON.stringify(base) : `"${WORKER}"`}, {`,
    '  main: "./src/worker.ts",',
    `  domain: ${hostCallOf(input)},`,
    ...(isWorker ? [] : [`  env: { RESOURCE: ${callOf(input)} },`]),
    "});",
    "",
    "export default Alchemy.Stack(",
    '  "my-app",',
    "  { providers: Cloudflare.providers(), state: guarded(Cloudflare.state()) },",
    "  Effect.gen(function* () {",
    "    yield* worker;",
    "  }),",
    ");",
    "",
  ].join("\n");
}
