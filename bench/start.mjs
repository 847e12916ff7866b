// What the package adds to the start of a program that imports Alchemy, in milliseconds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long `act` takes, and its result. */
async function timed(act) {
  const started = performance.now();
  const result = await act();
  return [performance.now() - started, result];
}

const [alchemy] = await timed(() => import("alchemy/cloudflare"));
// Otherwise Bun may collect the garbage of this import during the next one.
globalThis.Bun?.gc(true);
const [blocks, { createBlocks }] = await timed(() => import("@alch/blocks"));

const { default: begin } = await import("alchemy");
const rootDir = mkdtempSync(join(tmpdir(), "alch-blocks-start-"));
try {
  const options = { stage: "prod", phase: "up", quiet: true, noTrack: true, local: true, rootDir };
  await begin("shop", options);
  const resources = { D1Database: async () => ({}) };
  // The first call compiles the core.
  const [call] = await timed(() => createBlocks({ resources }).Database("my-app-db"));
  console.log(JSON.stringify({ alchemy, blocks, call }));
} finally {
  rmSync(rootDir, { recursive: true, force: true });
}
process.exit();
