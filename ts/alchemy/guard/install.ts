/**
 * The guard between Alchemy 0.94 and its state. Alchemy reads and writes rows in a fixed order, and
 * an error from the store stops it with nothing done:
 *
 * | Alchemy calls | when | what the guard does, and why |
 * | --- | --- | --- |
 * | `get(id)` | first, for each resource | reads ahead (`rows.ts`); refuses a row of another kind (`judge.ts`); suppresses differences that are none, because Alchemy compares options as text (`diffs.ts`) |
 * | `set(id)`, `creating`, no `oldProps` | if there is no row | waits: there are no options to judge yet, and Alchemy does nothing before the next write |
 * | `set(id)`, `creating` or `updating` | with the options, before the API | judges the row or the Worker (`judge.ts`), where it is (`regions.ts`) and what is in the store of secrets (`secrets.ts`), takes out what would let a stranger's objects expire (`expiry.ts`), and marks a creation (`recovery.ts`): the last moment at which a refusal changes nothing |
 * | the Cloudflare API | | |
 * | `get(id)` | when the resource is done | answers with what was just written, which saves a call to a remote store |
 * | `set(id)`, `created` or `updated` | last | takes the mark of the creation out |
 * | `list()` | when a scope ends | judges what Alchemy would delete as orphans, and hides it if the scope ends before the app (`orphans.ts`); drops rows of what Alchemy would delete although it is to stay |
 * | `all()` | when a stage or a resource is destroyed | judges all that is below (`orphans.ts`); the same |
 * | `get(id)` | for each resource to delete | says that it is retained, if the guard has noted that (`owners.ts`), or that it is not, if only its parent is (`children.ts`); says what an interrupted deploy has made (`recovery.ts`) |
 * | `delete(id)` | for each that was deleted | nothing |
 *
 * Each write also notes who makes the row (`owners.ts`).
 *
 * If the guard itself fails, the deploy fails too: what could not be read was not judged.
 */
import { installedVersion } from "../../installed.ts";
import { quirksOf, WORKER } from "../../kinds.ts";
import { readRow } from "../../state/read.ts";
import { deployedName, isBeginning, isDeployed, type Row, SCOPE } from "../../state/row.ts";
import { core, type Declared } from "../../wasm.ts";
import { failScopes } from "../scope.ts";
import { overlaid, overlaying, plainStore } from "../store.ts";
import type { AlchemyScope, StateStore } from "../types.ts";
import { isImplied } from "./children.ts";
import { suppressHostDiff, suppressNoOpDiff } from "./diffs.ts";
import { settleExpiry, withholdExpiry } from "./expiry.ts";
import { noteHeld } from "./held.ts";
import {
  hostForDeletion,
  isHostRow,
  judgeHostRow,
  judgeHostsOf,
  noteScript,
  settleHostRow,
} from "./hosts.ts";
import {
  judgeAdoptedMigrations,
  judgeMigrations,
  noteImports,
  withholdImports,
  withImports,
} from "./imports.ts";
import {
  judgeAdoptedWorker,
  judgeKind,
  judgeRaw,
  judgeRename,
  judgeRow,
  judgeWorker,
} from "./judge.ts";
import { tellStages } from "./known.ts";
import { judgeDestruction, judgeOrphans } from "./orphans.ts";
import {
  forDeletion,
  isGuarded,
  judgeOwner,
  noteChange,
  noteDeclared,
  noteMaker,
} from "./owners.ts";
import { declaredAs, passedAs } from "./passed.ts";
import { markCreation, shielded, unmarkCreation, withMade } from "./recovery.ts";
import { judgeRegion, settleRegion, tellIgnoredHint } from "./regions.ts";
import { noteCreated, noteStillNew } from "./renames.ts";
import { Rows } from "./rows.ts";
import { isSecretsStore, judgeSecretsStore, storeForDeletion } from "./secrets.ts";
import { atCall } from "./sites.ts";

const guarded = new WeakSet<AlchemyScope>();

/**
 * Puts the guard in front of the state of `scope`, of those above it, and of all that are made below
 * them: a Worker need not be in the scope in which its Durable Objects were declared.
 *
 * @throws `alchemy-unknown`
 */
export function guardState(scope: AlchemyScope): void {
  if (guarded.has(scope)) return;
  core().checkAlchemy(installedVersion());
  for (let at: AlchemyScope | undefined = scope; at && !guarded.has(at); at = at.parent) guard(at);
}

function guard(scope: AlchemyScope): void {
  scope.state = guardedStore(scope, scope.state);
  scope.stateStore = overlaying(scope.stateStore, (inner, store) => {
    guarded.add(inner);
    return guardedStore(inner, store);
  });
  // Last: a scope that cannot be guarded is refused each time.
  guarded.add(scope);
  // Those below have their stores already if they were begun before.
  for (const child of scope.children.values()) if (!guarded.has(child)) guard(child);
}

function guardedStore(scope: AlchemyScope, store: StateStore): StateStore {
  const rows = new Rows(scope, store);
  return overlaid(store, {
    get: (id) => orFail(scope, id, get(scope, store, rows, id)),
    set: (id, row) => orFail(scope, id, set(scope, store, rows, id, row)),
    list: () => orFail(scope, undefined, list(scope, store)),
    all: () => orFail(scope, undefined, all(scope, store)),
    delete: (id) => {
      rows.noteWrite(id, undefined);
      return store.delete(id);
    },
  });
}

/** Alchemy fails the scope of a resource that throws, but not those above it. */
async function orFail<T>(scope: AlchemyScope, id: string | undefined, act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    failScopes(scope);
    const thrown = atCall(scope, id, error, orFail);
    if (scope.root.phase === "destroy") endDestruction(thrown);
    throw thrown;
  }
}

/** Alchemy hides an error that ends `--destroy`, and exits with 0. */
function endDestruction(error: unknown): void {
  console.error(error);
  process.exit(1);
}

async function get(
  scope: AlchemyScope,
  store: StateStore,
  rows: Rows,
  id: string,
): Promise<Row | undefined> {
  const passed = passedAs(scope, id);
  // Once for each declaration: to delete a resource Alchemy reads the row too, and needs it as it is.
  const isForBlock = passed !== undefined && passed.unread > 0;
  if (isForBlock) {
    passed.unread -= 1;
    await tellStages(scope);
  }
  const inProgress = rows.inProgress(id);
  if (inProgress) return inProgress;
  const row = await rows.read(id);
  if (!row || scope.phase === "read") return row;
  if (row.kind === SCOPE) {
    // Alchemy deletes what replacements have left before it looks at the rest of the stage.
    const stage = scope.parent ? undefined : scope.children.get(id);
    if (stage?.phase === "destroy") await judgeDestruction(stage, await plainStore(stage).all());
    return row;
  }
  if (!scope.resources.has(id)) return readForDeletion(scope, row);
  judgeOwner(scope, id, row);
  judgeKind(scope, id, row);
  rows.noteStatus(id, row);
  if (row.kind === WORKER) noteScript(scope, deployedName(row));
  if (isHostRow(row)) noteHeld(scope, row);
  noteStillNew(scope, row);
  await noteDeclared(scope, store, id, row, declaredAs(scope, id, row.kind) !== undefined);
  if (!isForBlock) return row;
  if (isHostRow(row)) {
    suppressHostDiff(row, passed.options);
    return row;
  }
  await settleRegion(scope, row, passed.options);
  settleExpiry(scope, id, row, passed.options);
  await suppressNoOpDiff(scope, store, id, row, passed.options);
  return row;
}

/** The row as Alchemy has to see it to delete what it holds. */
async function readForDeletion(scope: AlchemyScope, row: Row): Promise<Row> {
  if (isHostRow(row)) return hostForDeletion(scope, row);
  if (isSecretsStore(row)) return storeForDeletion(row);
  if (await isImplied(scope, row)) return { ...row, props: { ...row.props, delete: undefined } };
  const destroys = scope.root.phase === "destroy";
  return forDeletion(scope, destroys ? await withMade(scope, row) : row);
}

/**
 * Drops a row whose resource Alchemy would delete although it is to stay: what has no row, Alchemy leaves.
 *
 * @returns whether it was such a row.
 */
async function dropKept(scope: AlchemyScope, store: StateStore, id: string, row: Row | undefined) {
  const isLost = row !== undefined && !scope.resources.has(id) && scope.phase !== "read";
  if (!isLost || !quirksOf(row.kind)?.ignoresDelete) return false;
  if ((await readForDeletion(scope, row)).props?.delete !== false) return false;
  await store.delete(id);
  return true;
}

async function list(scope: AlchemyScope, store: StateStore): Promise<string[]> {
  const seen: string[] = [];
  for (const id of await judgeOrphans(scope, await store.list())) {
    const row = scope.resources.has(id) ? undefined : await readRow(store, id);
    if (!(await dropKept(scope, store, id, row))) seen.push(id);
  }
  return seen;
}

async function all(scope: AlchemyScope, store: StateStore): Promise<Record<string, Row>> {
  const rows = await judgeDestruction(scope, await store.all());
  const seen: Record<string, Row> = {};
  for (const [id, row] of Object.entries(rows)) {
    if (!(await dropKept(scope, store, id, row))) seen[id] = row;
  }
  return seen;
}

async function set(
  scope: AlchemyScope,
  store: StateStore,
  rows: Rows,
  id: string,
  row: Row,
): Promise<void> {
  rows.noteWrite(id, row);
  if (scope.phase === "read") return store.set(id, row);
  noteMaker(scope, row);
  if (isHostRow(row)) {
    settleHostRow(scope, row);
    await judgeHostRow(scope, id, row);
    return store.set(id, row);
  }
  if (isSecretsStore(row)) {
    await judgeSecretsStore(scope, id, row);
    return store.set(id, row);
  }
  // Alchemy deploys in a nested scope whose phase is `destroy` as it does in others.
  if (!isGuarded(row)) return store.set(id, row);
  const declared = declaredAs(scope, id, row.kind);
  if (row.status === "creating" && !("oldProps" in row)) {
    return declared || row.kind === WORKER ? undefined : store.set(id, row);
  }
  if (!isBeginning(row)) {
    await noteCreated(scope, row);
    tellIgnoredHint(scope, row);
    noteImports(row);
    unmarkCreation(row);
    return rows.write(id, shielded(withImports(row)), row, false);
  }
  const { creates, adopted } = await judge(scope, id, row, declared);
  withholdImports(row, { creates, adopted, wasStable: rows.wasStable(id) });
  // A Worker keeps something in its row while it is made.
  const isRead = declared !== undefined && row.kind !== WORKER;
  await rows.write(id, shielded(withImports(row)), row, isRead);
}

/**
 * Judges a change before anything is done, and notes in the row who makes it.
 *
 * @returns whether Alchemy is about to create the resource, or to adopt what somebody else has made.
 */
async function judge(
  scope: AlchemyScope,
  id: string,
  row: Row,
  declared: Declared | undefined,
): Promise<{ creates: boolean; adopted: boolean }> {
  // All stages share the root scope.
  if (!scope.parent) throw core().rootScope(row.kind);
  let creates = !isDeployed(row) && !scope.local;
  if (declared) creates = await judgeRow(scope, id, row, declared);
  else if (row.kind !== WORKER) creates = await judgeRaw(scope, id, row);
  if (row.kind === WORKER) await judgeWorker(scope, id, row);
  judgeRename(scope, id, row);
  if (!creates) judgeMigrations(id, row);
  const found = creates ? await markCreation(scope, id, row, declared) : undefined;
  const adopted = found !== undefined;
  const known = found === "unknown" ? undefined : found;
  await judgeRegion(scope, id, row, known);
  await judgeAdoptedMigrations(scope, id, row, known);
  withholdExpiry(scope, row, declared, adopted);
  if (adopted && row.kind === WORKER) await judgeAdoptedWorker(scope, id, row);
  if (row.kind === WORKER) await judgeHostsOf(scope, id, row);
  await noteChange(scope, id, row, { declared: declared !== undefined, adopted });
  return { creates, adopted };
}
