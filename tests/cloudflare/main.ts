/**
 * Runs the stand-in as a process of its own: prints one line of JSON with its URL and the
 * environment for clients, and ends when its standard input closes or on SIGTERM.
 */
import { parseArgs } from "node:util";
import { startCloudflare } from "./index.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    token: { type: "string" },
    account: { type: "string" },
    latency: { type: "string", default: "0" },
  },
});

const cloudflare = await startCloudflare({
  port: Number(values.port),
  latencyMs: Number(values.latency),
  ...(values.token === undefined ? {} : { token: values.token }),
  ...(values.account === undefined ? {} : { accountId: values.account }),
});
process.stdout.write(`${JSON.stringify({ url: cloudflare.url, env: cloudflare.env })}\n`);

const stop = async () => {
  await cloudflare.close();
  process.exit(0);
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.stdin.on("end", stop);
process.stdin.on("close", stop);
process.stdin.resume();
