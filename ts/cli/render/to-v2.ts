/** What a migration to Alchemy 2 does: for people, and as JSON. */

import type { Remark } from "../analyse/report.ts";
import { shown } from "../collect/shown.ts";
import type { ProgramTarget, Prospect } from "../commands/to-v2.ts";
import type { Step } from "../to-v2/journal.ts";
import type { Planned } from "../to-v2/plan.ts";
import type { Retired } from "../to-v2/retire.ts";
import type { Held, Target } from "../to-v2/target.ts";
import { patch, shownPatch } from "./migration.ts";
import { table } from "./table.ts";
import { type Colors, count, createColors, jsonOf, visible } from "./text.ts";
import { widthOfStream, wrapped } from "./width.ts";

export function toV2Json(
  all: Omit<Prospect, "stores" | "troubles"> & {
    plans: readonly Planned[];
    backups: readonly string[];
  },
): string {
  const rows = all.targets.map(({ row, held }) => {
    const { stack, stage, fqn, kind, name, id, scope } = row;
    return { stack, stage, fqn, kind, name, id, scope, held };
  });
  const programs = all.programs.map(({ from, path, held, left }) => ({ from, path, held, left }));
  const { remarks, plans, backups, unread } = all;
  return jsonOf({ version: 1, rows, remarks, programs, plans, unread, backups });
}

export function retiredJson(
  retired: readonly Retired[],
  remarks: readonly Remark[],
  backups: readonly string[],
): string {
  const stages = retired.map(({ app, stage, store, refused }) => {
    return { app, stage, store, refused: refused?.code ?? null };
  });
  return jsonOf({ version: 1, stages, remarks, backups });
}

interface Shown extends Prospect {
  plans: readonly Planned[];
  writes: boolean;
  folder: string;
  color: boolean;
}

export function toV2Text(all: Shown): string {
  const { targets, remarks, programs, plans, folder, color } = all;
  const colors = createColors(color);
  const parts = [
    ...programs.map((one) => programText(one, all, colors)),
    unreadText(all.unread, colors),
    rowsText(targets, remarks, folder, colors),
    remarksText(remarks, colors),
    ...plans.map((one) => planText(one, colors)),
    lastLine(all),
  ];
  return parts.filter(Boolean).join("\n");
}

/** The new program, as what is different in it, and what is left in it. */
function programText(
  { path, from, before, text, held, waits, left }: ProgramTarget,
  { writes, color }: Shown,
  colors: Colors,
): string {
  const change = { file: path, before, after: text };
  const isTerminal = process.stdout.isTTY || color;
  const difference = isTerminal ? shownPatch(change, color) : patch(change);
  const rows = left.map(({ line, what, reason, unfinished }) => [
    unfinished ? colors.red("by hand") : colors.yellow("note"),
    colors.dim(`${visible(from)}:${line}`),
    visible(what),
    visible(reason),
  ]);
  const state = {
    missing: `${visible(path)}, from ${visible(from)}${waits ? ", waits for its rows" : ""}`,
    same: `${visible(path)} is written already`,
    other: `${visible(path)} is there, and stays as it is: move it away to have it written anew`,
  }[held];
  const lines = rows.length > 0 ? `${table(rows, 2)}\n` : "";
  const shownDifference = writes || held !== "missing" ? "" : difference;
  return `${shownDifference}${colors.bold("Program")} ${state}\n${lines}`;
}

/** Programs that could not be made. */
function unreadText(unread: Prospect["unread"], colors: Colors): string {
  const lines = unread.map(({ file, reason }) => {
    return `${colors.bold("Program")} ${visible(file)} is not rewritten: ${visible(reason)}\n`;
  });
  return lines.join("");
}

const WORDS: Readonly<Record<Held, string>> = {
  missing: "write",
  same: "there",
  taken: "deployed",
  other: "refused",
};

function rowsText(
  targets: readonly Target[],
  remarks: readonly Remark[],
  folder: string,
  colors: Colors,
): string {
  if (targets.length === 0) return "there is no row to take over\n";
  const isBlocked = ({ row }: Target) => {
    return remarks.some((one) => one.blocks && one.stack === row.stack && one.stage === row.stage);
  };
  const rows = targets.map((one) => {
    const { row, path, held } = one;
    const word = held === "missing" && isBlocked(one) ? "refused" : WORDS[held];
    return [
      word === "refused" ? colors.red(word) : word === "write" ? colors.green(word) : word,
      visible(row.stage),
      `${row.kind} ${visible(row.fqn)}`,
      visible(row.name),
      colors.dim(visible(shown(path, folder))),
    ];
  });
  return `${colors.bold("Rows of Alchemy 2")}\n${table(rows, 2)}\n`;
}

function remarksText(remarks: readonly Remark[], colors: Colors): string {
  if (remarks.length === 0) return "";
  const line = (text: string, hang: number) => wrapped(text, hang, widthOfStream(process.stdout));
  const lines = remarks.map((one) => {
    const word = one.blocks ? colors.red("refused") : colors.yellow("note");
    // What is at the root of an app is of no stage.
    const stages = one.stage === "" ? [] : [one.stage];
    const place = [one.stack, ...stages, ...one.scope, one.id].map(visible).join("/");
    const [what, help] = [
      `${word} ${place}: ${visible(one.message)}`,
      `help: ${visible(one.help)}`,
    ];
    return `${line(`  ${what}`, 4)}\n    code: ${one.code}\n${line(`    ${help}`, 6)}`;
  });
  return `${colors.bold("What is not taken over, and why")}\n${lines.join("\n")}\n`;
}

function planText({ stage, output, code }: Planned, colors: Colors): string {
  const lines = output.trimEnd().split("\n").map(visible).join("\n");
  const end = code === 0 ? "" : ` (it ended with ${code})`;
  return `${colors.bold(`What Alchemy 2 plans for ${visible(stage)}`)}${end}\n${indented(lines)}\n`;
}

function lastLine({ targets, remarks, programs, writes }: Shown): string {
  const blocked = new Set(
    remarks
      .filter(({ blocks }) => blocks)
      .map(({ stack, stage }) => JSON.stringify([stack, stage])),
  );
  const open = targets.filter(({ row, held }) => {
    return held === "missing" && !blocked.has(JSON.stringify([row.stack, row.stage]));
  });
  const files = programs.filter(({ held, waits }) => held === "missing" && !waits).length;
  const rest = blocked.size > 0 ? `; ${count(blocked.size, "stage")} refused` : "";
  if (open.length + files === 0) return `nothing to write${rest}\n`;
  const what = `${count(open.length, "row")} and ${count(files, "program")}`;
  return writes
    ? `writing ${what}${rest}\n`
    : `would write ${what}${rest}. Run again with \`--write\` to do it\n`;
}

interface ShownRetirement {
  retired: readonly Retired[];
  remarks: readonly Remark[];
  targets: readonly Target[];
  writes: boolean;
  folder: string;
  color: boolean;
}

export function retiredText(all: ShownRetirement): string {
  const { retired, remarks, targets, writes, folder, color } = all;
  const colors = createColors(color);
  const lines = retired.map(({ app, stage, steps, refused }) => {
    const place = `${visible(app)}/${visible(stage)}`;
    if (refused) {
      const why = `  code: ${refused.code}\n  help: ${visible(refused.help)}`;
      return `${colors.red("refused")} ${place}: ${visible(refused.message)}\n${why}`;
    }
    const files = steps.map((step) => `  ${stepText(step, folder)}`);
    return [`${colors.green("retire")} ${place}`, ...early(targets, app, stage), ...files].join(
      "\n",
    );
  });
  const stays = remarks.filter(({ blocks, code }) => !blocks && STAYS.includes(code));
  const free = retired.filter(({ refused }) => !refused).length;
  const end = writes
    ? `retiring ${count(free, "stage")}\n`
    : `would retire ${count(free, "stage")}. Run again with \`--write\` to do it\n`;
  const head = colors.bold("The state of 0.94");
  return [`${head}\n${indented(lines.join("\n"))}\n`, remarksText(stays, colors), end]
    .filter(Boolean)
    .join("\n");
}

/** What no state has any more once the old one is gone. */
const STAYS = [
  "workflow-stays",
  "type-unknown",
  "worker-elsewhere",
  "queue-elsewhere",
  "stage-none",
];

/** A Worker's row is what the first deploy of Alchemy 2 changes in any case. */
function early(targets: readonly Target[], app: string, stage: string): string[] {
  const own = targets.filter(({ row }) => row.stack === app && row.stage === stage);
  const isUndeployed = own.some(({ row, held }) => row.kind === "worker" && held === "same");
  return isUndeployed ? ["  Alchemy 2 has not deployed this stage yet"] : [];
}

function stepText(step: Step, folder: string): string {
  const path = visible(shown(step.path, folder));
  return step.do === "move" ? `moves ${path} to the backup` : `puts a note at ${path}`;
}

/** Where the backups are, and how they are brought back. */
const NEXT = `
Next: \`npx @alch/blocks migrate --to-v2 --plan\`, deploy each stage with Alchemy 2, and then
\`npx @alch/blocks migrate --to-v2 --retire --write\`.

The rows are in Alchemy 2's local store. For another store, write it into the new program, and then
run \`npx @alch/blocks migrate --push\` with that program before you deploy:
node_modules/@alch/blocks/docs/from-0.94-to-2.md#another-store
`;

export function wroteText(backups: readonly string[], folder: string, isRetired: boolean): string {
  const undo = backups.map(
    (one) => `  npx @alch/blocks migrate --undo ${visible(shown(one, folder))}`,
  );
  const next = isRetired ? "" : NEXT;
  return `written. To undo it:\n${undo.join("\n")}\n${next}`;
}

export function undoneText(done: readonly string[]): string {
  if (done.length === 0) return "nothing is left to undo\n";
  return `undone:\n${done.map((path) => `  ${visible(path)}`).join("\n")}\n`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
