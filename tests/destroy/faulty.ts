/** Ways in which a call of `destroy` can fail. */
import { type Ended, MAIN } from "../cli/cli.ts";
import type { FaultKind, LogEntry } from "../cloudflare/index.ts";
import type { At } from "./stage.ts";

/** Ways to fail, and whether the process is killed when the call is made. */
export const FAULTS: Record<string, { kind: FaultKind; kill?: true; retryAfter?: number }> = {
  "403": { kind: "403" },
  "429": { kind: "429", retryAfter: 1 },
  "500": { kind: "500" },
  "500 after the change": { kind: "status500-after" },
  "cut before the change": { kind: "cut-before" },
  "cut after the change": { kind: "cut-after" },
  "an answer that is no JSON": { kind: "malformed" },
  "an answer of another shape": { kind: "odd" },
  "no answer": { kind: "hang" },
  "killed after the change": { kind: "pause", kill: true },
};
export interface Call {
  method: string;
  path: string;
  nth: number;
}

/** The calls in a log, numbered among those that look like it. */
export function callsIn(log: readonly LogEntry[]): Call[] {
  const first = log.filter(({ call }, at) => log[at - 1]?.call !== call);
  const seen = new Map<string, number>();
  return first.map(({ method, path }) => {
    const any = path
      .replace(/[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/g, "[^/]+")
      // What Alchemy 2 makes up of a name.
      .replace(/(?<=-)(?:[a-z2-7]{16}|[0-9a-f]{8})(?=$|\/)/g, "[^/]+");
    const exact = `${any.replaceAll("?", "\\?")}$`;
    const nth = (seen.get(method + exact) ?? 0) + 1;
    seen.set(method + exact, nth);
    return { method, path: exact, nth };
  });
}

/** Runs it until the call is made, and no further. */
export async function killed(
  app: At,
  stage: readonly string[],
  reached: Promise<void>,
): Promise<Pick<Ended, "code">> {
  const args = ["destroy", "--yes", ...stage];
  const child = Bun.spawn([process.execPath, MAIN, ...args], {
    cwd: app.folder,
    env: { PATH: process.env.PATH ?? "", ...app.cloudflare.env },
    stdio: ["ignore", "ignore", "ignore"],
  });
  void reached.then(() => child.kill("SIGKILL"));
  return { code: await child.exited };
}
