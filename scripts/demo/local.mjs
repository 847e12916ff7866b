// Runs two stages in workerd, and asks each for what the other wrote.
import { check, dim, red, say, table, timed, yellow } from "./print.mjs";
import { stop } from "./processes.mjs";
import { LOOKS, look, trade } from "./visits.mjs";

export async function runLocally(account, shop, stages) {
  const from = await account.logLength();
  const [first, second] = await timed(
    `Run ${stages.join(" and ")} in workerd, by Alchemy's local mode, in one folder`,
    // Not at once: workerd then fails now and then, on a file that the stages share.
    async () => [await shop.serve(stages[0]), await shop.serve(stages[1])],
  );
  // The second is asked before it writes anything: what it then shows can only be the first's.
  const tea = await trade(first.url, "tea", 4, 2);
  const foreignTea = await look(second.url, tea);
  const cake = await trade(second.url, "cake", 9, 1);
  const foreignCake = { ...(await look(first.url, cake)) };
  const [ownTea, ownCake] = [await look(first.url, tea), await look(second.url, cake)];
  // The first has a count of its own: it shows the second's only where that has moved it.
  if (foreignCake.DO === ownTea.DO) foreignCake.DO = undefined;
  await Promise.all([stop(first.child), stop(second.child)]);
  showVisits(stages, { ownTea, foreignTea, ownCake, foreignCake });
  const shared = LOOKS.map(({ kind }) => kind).filter(
    (kind) => foreignTea[kind] || foreignCake[kind],
  );
  judgeVisits(shop, { ownTea, ownCake }, shared);
  check((await account.logLength()) === from, "no call was made to the account");
}

function showVisits([first, second], { ownTea, foreignTea, ownCake, foreignCake }) {
  const own = (text) => text ?? { text: "missing", paint: red };
  const foreign = (text) => (text ? { text, paint: yellow } : { text: "not there", paint: dim });
  table([
    ["", `${first} wrote`, `${second} sees of it`, `${second} wrote`, `${first} sees of it`],
    ...LOOKS.map(({ kind }) => [
      kind,
      own(ownTea[kind]),
      foreign(foreignTea[kind]),
      own(ownCake[kind]),
      foreign(foreignCake[kind]),
    ]),
  ]);
}

function judgeVisits(shop, owns, shared) {
  const works = LOOKS.every(({ kind }) => Object.values(owns).every((own) => own[kind]));
  check(works, "all six bindings work in both stages");
  const apart = LOOKS.map(({ kind }) => kind).filter((kind) => kind !== "KV");
  check(
    apart.every((kind) => !shared.includes(kind)),
    `what one stage wrote to ${apart.join(", ")}, the other does not see`,
  );
  if (!shared.includes("KV")) return;
  say(`${yellow("!")} Alchemy's local mode shares KV between the stages of a folder. It keeps`);
  say(`  a namespace by its logical id, a bucket by its physical name; on disk:`);
  for (const kind of ["kv", "r2"]) say(`  ${kind}: ${shop.localFolders(kind).join(", ")}`);
  say("  workerd's own files are shared, too: stages that start at once may find them");
  say("  locked, so they were started in turn. In an account KV is apart: see 1.");
}
