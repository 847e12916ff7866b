/** A stand-in for S3, as far as a state store needs it: one bucket, signed calls, short pages. */

const BUCKET = "alchemy-state";
const KEY_ID = "test-id";
export const SECRET = "test-secret-of-s3";
/** Fewer than S3's thousand, so that listings have several pages. */
const PAGE = 2;

export interface S3 extends Disposable {
  /** What a program needs to reach it. By address, since the client then puts the bucket into the path. */
  env: Record<string, string>;
  objects: ReadonlyMap<string, string>;
}

export function startS3(): S3 {
  const objects = new Map<string, string>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => answer(request, objects),
  });
  return {
    env: {
      AWS_ACCESS_KEY_ID: KEY_ID,
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${server.port}`,
      // Otherwise what is stored is wrapped in chunks with checksums, which say nothing here.
      AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
    },
    objects,
    [Symbol.dispose]: () => void server.stop(true),
  };
}

async function answer(request: Request, objects: Map<string, string>): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const [, bucket, ...rest] = pathname.split("/").map(decodeURIComponent);
  const signed = `AWS4-HMAC-SHA256 Credential=${KEY_ID}/`;
  if (!request.headers.get("authorization")?.startsWith(signed))
    return refused(403, "AccessDenied");
  if (bucket !== BUCKET) return refused(404, "NoSuchBucket");
  const key = rest.join("/");
  const route = `${request.method} ${key === "" ? "bucket" : "object"}`;
  if (route === "GET bucket") return listing(searchParams, [...objects.keys()]);
  if (route === "PUT object") {
    objects.set(key, await request.text());
    return new Response("", { headers: { etag: '"1"' } });
  }
  if (route === "DELETE object") {
    objects.delete(key);
    return new Response(null, { status: 204 });
  }
  const found = objects.get(key);
  if (route !== "GET object") return refused(405, "MethodNotAllowed");
  return found === undefined ? refused(404, "NoSuchKey") : new Response(found);
}

function listing(query: URLSearchParams, keys: readonly string[]): Response {
  const prefix = query.get("prefix") ?? "";
  const after = query.get("continuation-token") ?? "";
  const all = keys.filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = all.slice(0, Math.min(PAGE, Number(query.get("max-keys") ?? PAGE)));
  const more = all.length > page.length;
  const next = more
    ? `<NextContinuationToken>${escaped(page.at(-1) ?? "")}</NextContinuationToken>`
    : "";
  const contents = page.map((key) => `<Contents><Key>${escaped(key)}</Key></Contents>`).join("");
  return xml(
    200,
    `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents}</ListBucketResult>`,
  );
}

function refused(status: number, code: string): Response {
  return xml(status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

function xml(status: number, body: string): Response {
  const headers = { "content-type": "application/xml" };
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>${body}`, { status, headers });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
