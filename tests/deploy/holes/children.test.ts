/** What a resource makes inside of itself, and holds no data, goes with its line in the program. */
import { expect, test } from "bun:test";
import { App } from "../../support/program.ts";
import { deployed, kept, run, seeded, TIME } from "./holes.ts";

const bucket = (domains: string, options = "") =>
  `await Bucket("files", { ${options} domains: ${domains} });`;
const CDN = '{ domain: "cdn.example.com", zone: "zone-1" }';
const WWW = '{ domain: "www.example.com", zone: "zone-1" }';

const hostnames = ({ account }: App, name: string) =>
  [...(account.buckets.named(name)?.domains.keys() ?? [])].sort();

test.each(["prod", "pr-1"])(
  "a hostname of a bucket in `%s` is detached when its line goes",
  async (stage) => {
    await using app = await App.start();
    await deployed(app, { stage, body: bucket(`[${CDN}, ${WWW}]`) });
    const before = seeded(app.account);
    expect(hostnames(app, `files-${stage}`)).toEqual(["cdn.example.com", "www.example.com"]);
    await deployed(app, { stage, body: bucket(`[${WWW}]`) });
    expect(hostnames(app, `files-${stage}`)).toEqual(["www.example.com"]);
    await deployed(app, { stage, body: 'await Bucket("files");' });
    expect(hostnames(app, `files-${stage}`)).toEqual([]);
    kept(app, before);
  },
  TIME,
);

/** Hostnames that stay, because somebody has written so, or because their bucket stays with them. */
const STAY: Record<string, { first: string; next: string; args?: string[] }> = {
  "the hostname has `delete: false`": {
    first: bucket(`[${CDN.replace("}", ", delete: false }")}]`),
    next: 'await Bucket("files");',
  },
  "the bucket has `delete: false`": {
    first: bucket(`[${CDN}]`, "delete: false,"),
    next: 'await Bucket("files", { delete: false });',
  },
  "the stage is destroyed, and the bucket stays": {
    first: bucket(`[${CDN}]`),
    next: "",
    args: ["--destroy"],
  },
};

test.each(Object.keys(STAY))(
  "a hostname stays where %s",
  async (way) => {
    const { first, next, args = [] } = STAY[way] as (typeof STAY)[string];
    await using app = await App.start();
    await deployed(app, { stage: "prod", body: first });
    const before = seeded(app.account);
    await run(app, { stage: "prod", body: next, args });
    expect(hostnames(app, "files-prod")).toEqual(["cdn.example.com"]);
    kept(app, before);
  },
  TIME,
);
