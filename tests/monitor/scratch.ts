import { App, program, SCRIPT } from "../support/program.ts";
await using app = await App.start();
const body = `
const db = await raw.D1Database("db", { name: "shop-db-" + stage.replace("/", "-") });
const f = await raw.R2Bucket("files", { name: "shop-files-" + stage.replace("/", "-"), jurisdiction: "eu" });
await raw.KVNamespace("kv", { title: "shop-kv-" + stage.replace("/", "-") });
await alchemy.run("inner", () => raw.Queue("queue", { name: "shop-q-" + stage.replace("/", "-") }));
const room = raw.DurableObjectNamespace("room", { className: "Room" });
const flow = raw.Workflow("flow", { className: "Onboarding" });
await raw.Worker("api", { script: ${JSON.stringify(SCRIPT)}, adopt: true, bindings: { room, flow, db } });
`;
for (const stage of ["prod", "pr/1"]) console.log(await app.deploy(stage, program(body)));
const p = Bun.spawnSync(["bash", "-c", "find .alchemy -type f | sort; cat .alchemy/shop/prod/api.json .alchemy/shop/prod/files.json .alchemy/shop/*.json .alchemy/shop/prod/inner.json; cat .alchemy/shop/prod/db.json"], { cwd: app.folder });
console.log(p.stdout.toString());
