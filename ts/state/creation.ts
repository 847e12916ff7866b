/**
 * Recovery from a process that died between creating a resource and storing its row.
 *
 * Alchemy would be stuck at "already exists". Adopting by name alone would open the door to
 * strangers' resources, so ownership is proven: before the first create of a run, the account is
 * listed once per kind; a name that is absent is marked in the row that says `creating`. Where a
 * later run finds that mark and the resource there, and it was made soon after the mark, it is
 * ours.
 */
import type { Account, Held } from "../account.ts";
import type { Declared } from "./guard.ts";
import type { Row } from "./row.ts";
import type { WatchedScope } from "./store.ts";

const MARK = "@alch/blocks:creating";
const ADOPTED = "@alch/blocks:adopted";

interface Mark {
  absent: string;
  /** In milliseconds since 1970. */
  at: number;
}

/**
 * How long after the mark a resource may have been made and still be ours, in milliseconds:
 * Alchemy goes on trying for some minutes.
 */
const WINDOW = 15 * 60 * 1000;
/** How far Cloudflare's clock may be behind ours, in milliseconds. */
const SKEW = 60 * 1000;

/** Marks a row that is about to create what the account does not hold, or adopts what it made. */
export async function mark(
  scope: WatchedScope,
  account: Account,
  row: Row,
  declared: Declared,
): Promise<void> {
  const options = row.props ?? {};
  row.data ??= {};
  delete row.data[ADOPTED];
  if (options.adopt ?? scope.adopt) return;
  const earlier = row.data[MARK] as Mark | undefined;
  let found: Held | undefined;
  try {
    found = await account.find(row.kind, declared.name, declared.jurisdiction, options);
  } catch {
    // Without a whole listing nothing is known to be absent or there: no mark is set, an earlier
    // one stays, and Alchemy goes on alone.
    return;
  }
  if (!found) {
    row.data[MARK] = { absent: declared.name, at: Date.now() } satisfies Mark;
  } else if (earlier?.absent === declared.name && isOurs(found, earlier)) {
    row.data[ADOPTED] = { instead: options.adopt };
    options.adopt = true;
  }
}

/** Takes the mark, and an adoption that came of one, out of a row that says `created`. */
export function unmark(row: Row): void {
  const adopted = row.data?.[ADOPTED] as { instead?: unknown } | undefined;
  if (adopted && row.props) {
    // What is stored is compared with the program's options in the next run.
    if (adopted.instead === undefined) delete row.props.adopt;
    else row.props.adopt = adopted.instead;
  }
  delete row.data?.[MARK];
  delete row.data?.[ADOPTED];
}

/**
 * Whether it was made after the mark, and soon. What is older was missing from a listing by
 * mistake. KV says no time of creation: there, the run itself has to come soon after the mark.
 */
function isOurs(found: Held, earlier: Mark): boolean {
  const made = found.createdAt ?? Date.now();
  return made >= earlier.at - SKEW && made <= earlier.at + WINDOW;
}
