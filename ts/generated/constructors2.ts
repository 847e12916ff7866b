// Made from src/kind/ by `npm run generate`. Do not edit.
import * as Cloudflare from "alchemy/Cloudflare";

/** Each is named in full: a bundler keeps all of Alchemy for a namespace that is taken apart. */
export const CONSTRUCTORS = {
  database: Cloudflare.D1.Database,
  bucket: Cloudflare.R2.Bucket,
  kv: Cloudflare.KV.Namespace,
  queue: Cloudflare.Queues.Queue,
  vectorize: Cloudflare.Vectorize.Index,
  hyperdrive: Cloudflare.Hyperdrive.Connection,
  "dispatch-namespace": Cloudflare.WorkersForPlatforms.DispatchNamespace,
  "ai-gateway": Cloudflare.AI.Gateway,
  pipeline: Cloudflare.Pipelines.LegacyPipeline,
  "analytics-engine": Cloudflare.AnalyticsEngine.Dataset,
};
