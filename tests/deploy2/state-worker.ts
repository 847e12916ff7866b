/**
 * The Worker behind `Cloudflare.state()`, in workerd. Alchemy itself bundles and uploads it, to the stand-in; what
 * the stand-in was given runs in Miniflare, with its Durable Object and its secrets.
 */
import { join } from "node:path";
import { Miniflare, supportedCompatibilityDate } from "miniflare";
import { folder2 } from "../support/installed.ts";
import { App2 } from "./app.ts";
import { startSecrets } from "./secrets.ts";

const SCRIPT = "alchemy-state-store";
const SOURCES = join(folder2, "node_modules", "alchemy", "src");
const source = (...path: string[]) => JSON.stringify(join(SOURCES, ...path));

/** What Alchemy deploys when it sets the store up, with a state of its own. */
const PROGRAM = `
import * as Alchemy from "alchemy";
import * as Cloudflare from "alchemy/Cloudflare";
import { localState } from "alchemy/State";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { RandomProvider } from ${source("Random.ts")};
import Api from ${source("Cloudflare", "StateStore", "Api.ts")};
import { AuthToken } from ${source("Cloudflare", "StateStore", "Token.ts")};
export default Alchemy.Stack("CloudflareStateStore",
  { providers: Layer.mergeAll(Cloudflare.providers(), RandomProvider()), state: localState() },
  Effect.gen(function* () {
    yield* Api;
    yield* AuthToken;
  }),
);
`;

export interface StateWorker extends AsyncDisposable {
  url: string;
  token: string;
}

export async function startStateWorker(): Promise<StateWorker> {
  await using app = await App2.start();
  using secrets = startSecrets(app.cloudflare.url);
  await app.deploy("store", PROGRAM, { env: { CLOUDFLARE_STAND_IN: secrets.url } });
  const { modules, metadata, bindings } = app.account.scripts.get(SCRIPT).live;
  const code = [...modules].filter(([path]) => path.endsWith(".js"));
  // The one that the Worker begins with has to stand first.
  code.sort(([a], [b]) => Number(b === metadata.main_module) - Number(a === metadata.main_module));
  const dates = [String(metadata.compatibility_date), supportedCompatibilityDate];
  const texts = bindings.filter(({ type }) => type === "plain_text");
  const stored = bindings.filter(({ type }) => type === "secrets_store_secret");
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    modulesRoot: "/",
    modules: code.map(([path, contents]) => ({
      type: "ESModule",
      path: join("/", path),
      contents,
    })),
    compatibilityDate: dates.sort()[0] ?? "",
    compatibilityFlags: ["nodejs_compat"],
    bindings: Object.fromEntries(texts.map(({ name, text }) => [name, String(text)])),
    durableObjects: { Store: { className: "Store", useSQLite: true } },
    secretsStoreSecrets: Object.fromEntries(
      stored.map(({ name, secret_name, store_id }) => [
        name,
        { secret_name: String(secret_name), store_id: String(store_id) },
      ]),
    ),
  });
  for (const { name, secret_name } of stored) {
    const secret = await miniflare.getSecretsStoreSecretAPI(name);
    await secret().create(secrets.values.get(String(secret_name)) ?? "");
  }
  const { origin } = await miniflare.ready;
  return {
    url: origin,
    token: secrets.values.get("AlchemyStateStoreToken") ?? "",
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  };
}
