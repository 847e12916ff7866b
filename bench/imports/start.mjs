// What the package adds to a program that imports Alchemy anyway, in milliseconds.
const started = performance.now();
await import("alchemy/cloudflare");
const alchemy = performance.now() - started;
await import("@alch/blocks");
const blocks = performance.now() - started - alchemy;
console.log(JSON.stringify({ alchemy, blocks }));
