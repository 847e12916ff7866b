/** What resources are called, also those that the catalogue does not have. */
import { expect, test } from "bun:test";
import { nounFor, pluralFor } from "../../ts/cli/render/nouns.ts";

test.each([
  ["database", "database", "databases"],
  ["kv", "KV namespace", "KV namespaces"],
  ["cloudflare::D1Database", "database", "databases"],
  ["Cloudflare.Queues.Consumer", "queue consumer", "queue consumers"],
  ["cloudflare::AccountApiToken", "account API token", "account API tokens"],
  ["cloudflare::APIGatewayOperation", "API gateway operation", "API gateway operations"],
  ["cloudflare::R2BucketNotification", "R2 bucket notification", "R2 bucket notifications"],
  ["cloudflare::AccessPolicy", "access policy", "access policies"],
  ["cloudflare::DnsRecords", "DNS records", "DNS records"],
  ["Cloudflare.DNS.Record", "DNS record", "DNS records"],
  ["Cloudflare.BotManagement.BotManagement", "bot management", "bot managements"],
  ["stripe::Product", "stripe product", "stripe products"],
  // What is no type comes from a stranger: it is shown as it is.
  ["<b>x</b>", "<b>x</b>", "<b>x</b>s"],
  ["", "", "s"],
])("%s", (what, noun, plural) => {
  expect([nounFor(what), pluralFor(what)]).toEqual([noun, plural]);
});
