/** `stages`: which stages there are, and what is to become of each. It changes nothing. */

import { resolve } from "node:path";
import type { Answer } from "../commands/answer.ts";
import { orOffline } from "../monitor/collect/failures.ts";
import { hintAt } from "../print.ts";
import { pullsOf } from "../pulls/pulls.ts";
import { type AtRoot, stagesJson, stagesText } from "../render/stages.ts";
import { type Account, programsHere, readAccount, readRows } from "./collect.ts";
import type { Decision } from "./decide.ts";
import { Ledger, withLedger } from "./ledger.ts";
import type { Rows } from "./origins.ts";
import { decideWithPulls, type SweepRules, sweepQuestion } from "./sweepable.ts";

export interface StagesOptions extends SweepRules {
  offline?: boolean | undefined;
  account?: string | undefined;
  repository?: string | undefined;
  state?: string[] | undefined;
  stateStore?: string[] | undefined;
  app?: string[] | undefined;
  stage?: string[] | undefined;
  json?: boolean | undefined;
  color: boolean;
}

const OFFLINE: Account = { unread: [] };

export async function stages(options: StagesOptions, folder: string): Promise<Answer> {
  const { state = [], stateStore = [], app = [], offline = false, color } = options;
  const here = await programsHere(folder);
  const ledger = await Ledger.in(resolve(folder, options.metrics));
  const stored = await readRows({ state, stateStore }, folder, [...here.apps, ...app]);
  const all = withLedger(stored, ledger).rows;
  const account = offline ? OFFLINE : await readAccount(options.account, all);
  const { asked } = await sweepQuestion(stored, ledger, account, here, options, folder);
  const pulls = offline ? undefined : pullsOf(process.env, options.repository);
  const decided = await decideWithPulls(asked, pulls, () => true);
  const decisions = decided.decisions.filter(isWanted(options));
  hintAt(
    "stage",
    options.stage,
    all.map(({ stage }) => stage),
  );
  hintAt(
    "app",
    app,
    all.map((row) => row.app),
  );
  const unread = asked.unread.map(orOffline);
  const shared = atRoot(stored).filter((one) => app.length === 0 || app.includes(one.app));
  const output = options.json
    ? stagesJson(decisions, shared, unread)
    : stagesText(decisions, shared, unread, timeOf(account), color, stored.stores.length > 0);
  return { output, troubles: [], code: unread.length > 0 ? 2 : 0 };
}

const timeOf = ({ connection }: Account) => connection?.time() ?? Date.now();

function atRoot({ rows }: Rows): AtRoot[] {
  return rows.flatMap(({ app, stage, scope, id, resource }) => {
    return stage === "" ? [{ app, id: [...scope, id].join("/"), resource }] : [];
  });
}

function isWanted({ app, stage }: StagesOptions): (one: Decision) => boolean {
  return (one) => (app?.includes(one.app) ?? true) && (stage?.includes(one.stage) ?? true);
}
