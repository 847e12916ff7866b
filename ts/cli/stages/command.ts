/** `stages`: which stages there are, and what is to become of each. It changes nothing. */
import type { Answer } from "../commands/answer.ts";
import { pullsOf } from "../pulls/pulls.ts";
import { type AtRoot, stagesJson, stagesText } from "../render/stages.ts";
import { type Account, appsHere, question, type Rows, readAccount, readRows } from "./collect.ts";
import { type Decision, decide, type Pull, type Question } from "./decide.ts";

export interface StagesOptions {
  offline?: boolean | undefined;
  account?: string | undefined;
  state?: string[] | undefined;
  stateStore?: string[] | undefined;
  app?: string[] | undefined;
  stage?: string[] | undefined;
  pattern?: string | undefined;
  protect?: string[] | undefined;
  json?: boolean | undefined;
  color: boolean;
}

const OFFLINE: Account = { unread: [] };

export async function stages(options: StagesOptions, folder: string): Promise<Answer> {
  const { state = [], stateStore = [], app = [], offline = false, color } = options;
  const here = await appsHere(folder);
  const rows = await readRows({ state, stateStore }, folder, [...here, ...app]);
  const account = offline ? OFFLINE : await readAccount(options.account);
  const asked: Question = {
    ...question(rows, account),
    apps: [...here, ...app],
    pattern: options.pattern ?? "",
    protect: options.protect ?? [],
  };
  const pulls = offline ? [] : await pullsFor(decide(asked));
  const decisions = decide({ ...asked, pulls }).filter(isWanted(options));
  const { unread } = asked;
  const shared = atRoot(rows).filter((one) => app.length === 0 || app.includes(one.app));
  const output = options.json
    ? stagesJson(decisions, shared, unread)
    : stagesText(decisions, shared, unread, account.connection?.time() ?? Date.now(), color);
  return { output, troubles: [], code: unread.length > 0 ? 2 : 0 };
}

function atRoot({ rows }: Rows): AtRoot[] {
  return rows.flatMap(({ app, stage, scope, id, resource }) => {
    return stage === "" ? [{ app, id: [...scope, id].join("/"), resource }] : [];
  });
}

function isWanted({ app, stage }: StagesOptions): (one: Decision) => boolean {
  return (one) => (app?.includes(one.app) ?? true) && (stage?.includes(one.stage) ?? true);
}

/** What GitHub says of the pull requests, where it can be asked. */
async function pullsFor(decisions: readonly Decision[]): Promise<Pull[]> {
  const pulls = pullsOf(process.env);
  if (pulls === undefined) return [];
  const numbers = decisions.flatMap(({ pull }) => pull ?? []);
  const known: Pull[] = [];
  for (const number of new Set(numbers)) known.push(await pulls.read(number));
  return known;
}
