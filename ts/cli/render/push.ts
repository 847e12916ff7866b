/** What `migrate --push` copies, for people. */
import type { CopiedStage } from "../evaluate/answer.ts";
import { table } from "./table.ts";
import { type Colors, count, createColors, visible } from "./text.ts";

interface Shown {
  copied: readonly CopiedStage[];
  program: string;
  writes: boolean;
  color: boolean;
}

const WHY = {
  unfinished: "its last deploy did not end: deploy it to its end first",
  held: "the store has other rows of it: somebody has deployed it there",
} as const;

export function pushedText({ copied, program, writes, color }: Shown): string {
  const colors = createColors(color);
  const rows = copied.map((one) => [
    wordOf(one, writes, colors),
    `${visible(one.stack)}/${visible(one.stage)}`,
    one.refused === null
      ? `${count(one.missing.length, "row")}, and ${one.there} there`
      : WHY[one.refused],
  ]);
  const head = colors.bold(`Rows of \`.alchemy/state\`, to the store of ${visible(program)}`);
  const open = copied.filter(({ missing, refused }) => refused === null && missing.length > 0);
  const all = count(
    open.reduce((sum, { missing }) => sum + missing.length, 0),
    "row",
  );
  return [`${head}\n${table(rows, 2)}\n`, ending(open, all, { program, writes })].join("\n");
}

function wordOf({ missing, refused }: CopiedStage, writes: boolean, colors: Colors): string {
  if (refused !== null) return colors.red("refused");
  if (missing.length === 0) return "there";
  return colors.green(writes ? "written" : "write");
}

function ending(
  open: readonly CopiedStage[],
  all: string,
  { program, writes }: Pick<Shown, "program" | "writes">,
): string {
  if (open.length === 0) return "nothing to write\n";
  if (!writes) return `would write ${all}. Run again with \`--write\` to do it\n`;
  const undo = open.flatMap(({ stack, stage, missing, there }) => {
    const place = `${visible(stack)}/${visible(stage)}`;
    const paths = there === 0 ? [place] : missing.map((fqn) => `${place}/${visible(fqn)}`);
    return paths.map((path) => `  alchemy state delete -r ${path} --config ${visible(program)}`);
  });
  return `${all} written. The local ones stay. To undo it, which deletes rows alone:\n${undo.join("\n")}\n`;
}
