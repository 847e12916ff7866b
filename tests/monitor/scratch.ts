import { App, program, SCRIPT } from "../support/program.ts";
import { MAIN } from "../cli/cli.ts";
await using app = await App.start();
const body = `
const db = await raw.D1Database("db", { name: "shop-db-" + stage });
const f = await raw.R2Bucket("files", { name: "shop-files", adopt: true });
await raw.KVNamespace("kv", { title: "shop-kv-" + stage });
await alchemy.run("inner", () => raw.Queue("queue", { name: "shop-q-" + stage }));
const room = raw.DurableObjectNamespace("room", { className: "Room" });
const flow = raw.Workflow("flow", { className: "Onboarding" });
await raw.Worker("api", { script: ${JSON.stringify(SCRIPT)}, adopt: true, bindings: { room, flow, db } });
`;
for (const stage of ["prod", "pr-1"]) console.log(await app.deploy(stage, program(body)));
for (const args of [["monitor", "--metrics", "metrics"], ["monitor", "--json"], ["monitor", "--offline"]]) {
const p = Bun.spawn(["node", MAIN, ...args], { stdout: "pipe", stderr: "pipe", cwd: app.folder, env: { PATH: process.env.PATH!, ...app.cloudflare.env } });
console.log(await new Response(p.stdout).text(), await new Response(p.stderr).text(), await p.exited);
}
console.log(await Bun.file(app.folder + "/metrics/collision-metrics.json").text());
console.log(app.cloudflare.unhandled);
