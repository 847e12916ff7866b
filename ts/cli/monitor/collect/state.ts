/** From the rows of Alchemy's state to the monitor's claims. */
import { claimsIn as claimsIn2 } from "../../../state/alchemy2.ts";
import { claimsOf, hostOf, type RowClaim, type RowClaims } from "../../../state/claims.ts";
import type {
  RootRowLocation,
  RowLocation,
  RowLocation2,
  ScopeLocation,
  StageRowLocation,
} from "../../../state/location.ts";
import { isRetained, pendingRows, type Row, SCOPE } from "../../../state/row.ts";
import type { StoreRows } from "../../collect/stores.ts";
import type { Claim } from "../report.ts";
import { noState, type State, unknown } from "./collected.ts";

const UNTIL = "until then nothing is concluded from what is not in it";

/** All that the stores hold. */
export function stateIn(stores: readonly StoreRows[]): State {
  const state = noState();
  for (const { rows, stageRows, rootRows, rows2, problems } of stores) {
    for (const location of rows) noteRow(state, location);
    for (const location of stageRows) noteStageRow(state, location);
    for (const location of rootRows) noteRootRow(state, location);
    for (const location of rows2) noteRow2(state, location);
    const open = problems.map(({ code, message, help }) => {
      return unknown("state", null, code, message, `${help}; ${UNTIL}`);
    });
    state.unknown.push(...open);
  }
  return state;
}

/** Notes a row of a stage, or of a scope nested in it. */
function noteRow(state: State, { row, ...at }: RowLocation): void {
  state.apps[0].add(at.app);
  noteClaims(state, row, at);
  // The row stands for a scope, too, if it is that of one, or of a resource with others inside.
  notePending(state, row, { ...at, scope: [...at.scope, row.id] });
  if (row.kind !== SCOPE) state.deploys.note(at, row.id, JSON.stringify(row));
}

/** Notes a row of Alchemy 2, which has what its unfinished replacements will delete, too. */
function noteRow2(state: State, { stack: app, stage, row }: RowLocation2): void {
  const at = { app, stage, scope: [] };
  state.apps[2].add(app);
  const claims = claimsIn2(row).flatMap((claims) => claimsAt(claims, at));
  state.claims.push(...claims.map((claim): Claim => ({ ...claim, version: 2 })));
  state.deploys.note(at, row.fqn, JSON.stringify(row));
}

/** Notes the row of a stage itself, which arms the stage and has what replacements have left. */
function noteStageRow(state: State, { row, ...at }: StageRowLocation): void {
  state.apps[0].add(at.app);
  if (row.kind === SCOPE) state.armed.push({ app: at.app, stage: at.stage });
  notePending(state, row, at);
}

/** Notes a row that all stages of an app share. */
function noteRootRow(state: State, { app, scope, row }: RootRowLocation): void {
  state.apps[0].add(app);
  const at = { app, stage: "", scope };
  const claims = claimsIn(row, at);
  state.claims.push(...claims.map((claim): Claim => ({ ...claim, stage: null })));
  noteHost(state, row, at);
}

/** Notes what interrupted replacements in a scope are about to delete. */
function notePending(state: State, scopeRow: Row, at: ScopeLocation): void {
  for (const row of pendingRows(scopeRow)) noteClaims(state, row, at);
}

function noteClaims(state: State, row: Row, at: ScopeLocation): void {
  state.claims.push(...claimsIn(row, at));
  noteHost(state, row, at);
}

/** Notes a domain or a route, which is of no kind of the catalogue. */
function noteHost(state: State, row: Row, { app, stage, scope }: ScopeLocation): void {
  const host = hostOf(row);
  if (host === undefined || host.identity === "" || host.name === "") return;
  const { route, name, identity, zone } = host;
  const id = [...scope, row.id].join("/");
  const deleting = row.status === "deleting" || row.status === "deleted";
  const retained = isRetained(row);
  state.hostRows.push({ route, name, identity, zone, app, stage, id, retained, deleting });
}

function claimsIn(row: Row, at: ScopeLocation): Claim[] {
  const claims = claimsOf(row);
  return claims === undefined ? [] : claimsAt(claims, at);
}

function claimsAt(claims: RowClaims, { app, stage, scope }: ScopeLocation): Claim[] {
  if (claims.elsewhere) return [];
  const { own, classes, workflows, retained, deleting, account, crons } = claims;
  const claim = ({ kind, name, id, jurisdiction }: RowClaim): Claim => ({
    kind,
    name,
    app,
    stage,
    id: [...scope, id].join("/"),
    source: "state",
    ...(jurisdiction ? { place: jurisdiction } : {}),
    ...(retained ? { retained } : {}),
    ...(deleting ? { deleting } : {}),
    ...(account === undefined ? {} : { account }),
  });
  const worker = { ...claim(own), ...(crons === 0 ? {} : { crons }) };
  return [worker, ...[...classes, ...workflows].map(claim)];
}
