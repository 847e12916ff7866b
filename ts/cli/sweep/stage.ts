/** Sweeps one stage in a process of its own, which is ended after a deadline. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CLOUDFLARE, type Limit } from "../monitor/collect/pace.ts";
import type { Decision } from "../stages/decide.ts";

/** How a stage ended: the answer of `destroy --json`, or why there is none. */
export interface Swept {
  decision: Decision;
  result: "destroyed" | "refused" | "incomplete" | "unknown";
  /** How many resources went. */
  deleted: number;
  /** What stays, and why, in words. */
  left: string[];
  /** In milliseconds. */
  took: number;
}

export interface SweepOptions {
  account: string;
  /** Where the state is, as arguments of `destroy`. */
  places: readonly string[];
  protect: readonly string[];
  emptyBuckets: boolean;
  repository: string | undefined;
  /** The file of the ledger, for a stage that no store has. */
  ledger: string;
  /** The folder of the journals. */
  journal: string;
  /** How long one stage may take, in milliseconds. */
  deadline: number;
  pace: Limit | undefined;
  /** The file in which the processes note their calls. */
  calls: string;
  folder: string;
}

interface Answer {
  result?: unknown;
  decision?: { why?: unknown };
  stopped?: unknown;
  unread?: unknown;
  resources?: { name?: unknown; type?: unknown; outcome?: unknown; reason?: unknown }[];
}

/** Runs `destroy` for the stage as it was decided: nothing else and nothing newer. */
export async function sweepStage(decision: Decision, options: SweepOptions): Promise<Swept> {
  const begin = Date.now();
  const child = spawn(process.execPath, [MAIN, ...argumentsFor(decision, options)], {
    cwd: options.folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  // It may have to wait until the calls of those before it are a window back.
  const patience = options.deadline + (options.pace ?? CLOUDFLARE).window;
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  try {
    const { out, code, signal } = await endOf(child);
    const took = Date.now() - begin;
    if (signal !== null) {
      const why = `it took longer than ${patience / 1000} s, and was ended`;
      return { decision, result: "unknown", deleted: 0, left: [why], took };
    }
    const answer = read(out);
    // Two things have to say that it is gone.
    const result = answer.result === "destroyed" && code !== 0 ? "unknown" : answer.result;
    return { decision, ...answer, result, took };
  } catch (error) {
    const why = `the process could not be started: ${(error as Error).message}`;
    return { decision, result: "unknown", deleted: 0, left: [why], took: Date.now() - begin };
  } finally {
    clearTimeout(timer);
  }
}

/** The command line itself, whatever it is bundled in. */
const MAIN = process.argv[1] ?? fileURLToPath(import.meta.url);

function argumentsFor(decision: Decision, options: SweepOptions): string[] {
  const { app, stage, version, pull, hash } = decision;
  const { account, places, protect, emptyBuckets, repository, journal } = options;
  return [
    "destroy",
    ...[`--app=${app}`, `--stage=${stage}`, `--alchemy=${version}`, `--account=${account}`],
    ...["--yes", "--json"],
    ...(pull === null ? [] : [`--while-idle=${pull}`]),
    `--expect=${hash}`,
    `--journal=${journal}`,
    `--calls=${options.calls}`,
    ...(options.pace === undefined ? [] : [`--pace=${paceText(options.pace)}`]),
    ...(repository === undefined ? [] : [`--repository=${repository}`]),
    // Nothing of it is in the account any more: other previews show that it is the right one.
    ...(decision.steps.some(isDeletion) ? [] : ["--gone"]),
    ...(decision.fromLedger ? [`--ledger=${options.ledger}`] : []),
    ...(emptyBuckets ? ["--empty-buckets"] : []),
    ...protect.map((name) => `--protect=${name}`),
    ...places,
  ];
}

function paceText({ calls, window }: Limit): string {
  return `${calls}/${window / 1000}`;
}

function isDeletion({ action }: Decision["steps"][number]): boolean {
  return action === "delete" || action === "workflow";
}

interface End {
  out: string;
  code: number | null;
  signal: NodeJS.Signals | null;
}

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve, reject) => {
    let out = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ out, code, signal }));
  });
}

const RESULTS = ["destroyed", "refused", "incomplete", "unknown"] as const;
const GONE = ["deleted", "gone", "dropped"];

/** What does not say how it ended is not taken for an end. */
function read(out: string): Omit<Swept, "decision" | "took"> {
  let answer: Answer;
  try {
    answer = (JSON.parse(out) ?? {}) as Answer;
  } catch {
    return { result: "unknown", deleted: 0, left: ["`destroy` gave no answer"] };
  }
  const result = RESULTS.find((one) => one === answer.result) ?? "unknown";
  const resources = answer.resources ?? [];
  const open = resources.filter(
    ({ outcome }) => !GONE.includes(`${outcome}`) && outcome !== "kept",
  );
  const reasons = result === "refused" ? [answer.decision?.why] : [answer.stopped];
  const left = [
    ...reasons.filter((why) => typeof why === "string"),
    ...open.map(({ type, name, reason }) => `${type} ${name}: ${reason}`),
  ];
  const deleted = resources.filter(({ outcome }) => outcome === "deleted").length;
  return { result, deleted, left };
}
