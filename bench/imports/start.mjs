// What the package adds to a program that imports Alchemy anyway, in milliseconds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Milliseconds that `act` takes, and what it gives. */
async function timed(act) {
  const started = performance.now();
  const given = await act();
  return [performance.now() - started, given];
}

const [alchemy] = await timed(() => import("alchemy/cloudflare"));
// Bun collects what Alchemy has left at some moment after, in the next import or in the program.
if (process.argv[2] !== "uncollected") globalThis.Bun?.gc(true);
const [blocks, { physicalName }] = await timed(() => import("@alch/blocks"));

// The first call starts the core. A program has begun its app before.
const { default: begin } = await import("alchemy");
const rootDir = mkdtempSync(join(tmpdir(), "alch-blocks-start-"));
try {
  const given = { stage: "prod", phase: "up", quiet: true, noTrack: true, local: true, rootDir };
  await begin("shop", given);
  const [call] = await timed(() => physicalName("database", "my-app-db", "prod"));
  console.log(JSON.stringify({ alchemy, blocks, call }));
} finally {
  rmSync(rootDir, { recursive: true, force: true });
}
process.exit();
