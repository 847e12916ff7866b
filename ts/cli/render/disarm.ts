/** What `state disarm` did, or would do. */
import type { ArmedStage } from "../../state/armed.ts";
import { table } from "./table.ts";
import { type Colors, count, createColors, jsonOf, visible } from "./text.ts";

export interface Disarmed extends ArmedStage {
  file: string;
  /** `disarm`: `--write` would do it. `blocked`: Alchemy still needs the row. */
  action: "disarm" | "disarmed" | "blocked";
  /** The file that has the row now. */
  backup: string | null;
}

/** As schemas/state.json says. */
export function disarmJson(stages: readonly Disarmed[]): string {
  return jsonOf({
    version: 1,
    stages: stages.map(({ app, stage, file, resources, data, retained, pending, ...more }) => {
      const { keys, action, backup } = more;
      return { app, stage, file, resources, data, retained, pending, keys, action, backup };
    }),
  });
}

export function disarmText(stages: readonly Disarmed[], color: boolean): string {
  const colors = createColors(color);
  if (stages.length === 0) return `${colors.green("✓")} no stage is armed\n`;
  const parts = [
    `${armedTable(stages, colors)}\n`,
    ...stages
      .filter(({ action }) => action === "blocked")
      .map((one) => blocked(one, hasOthers(one, stages), colors)),
    ending(stages, colors),
  ];
  return parts.filter(Boolean).join("\n");
}

function armedTable(stages: readonly Disarmed[], colors: Colors): string {
  const head = ["app", "stage", "resources", "with data", "action", "row"];
  const rows = stages.map(({ app, stage, resources, data, retained, action, file }) => [
    visible(app),
    visible(stage),
    `${resources}`,
    `${data + retained}`,
    action === "blocked" ? colors.red(action) : action,
    visible(file),
  ]);
  return table([head.map((title) => colors.bold(title)), ...rows]);
}

/** Whether another stage of the app is still armed: a deploy of this one deletes it. */
function hasOthers({ app, stage }: Disarmed, stages: readonly Disarmed[]): boolean {
  const others = stages.filter((one) => one.app === app && one.stage !== stage);
  return others.some(({ action }) => action !== "disarmed");
}

function blocked(one: Disarmed, others: boolean, colors: Colors): string {
  const { message, help } = one.pending.length > 0 ? byPending(one, others) : byKeys(one);
  return `${colors.red("blocked")}  ${message}\n${colors.cyan("help:")} ${help}\n`;
}

function byPending({ app, stage, pending }: Disarmed, others: boolean) {
  const first = others
    ? "disarm the other stages or import `@alch/blocks`, because the next deploy deletes them; then "
    : "";
  const names = pending.map((name) => `\`${visible(name)}\``).join(", ");
  return {
    message: `stage \`${visible(stage)}\` of \`${visible(app)}\` still needs its row: an unfinished deploy has to delete ${names}`,
    help: `${first}deploy stage \`${visible(stage)}\` again until it succeeds, then run this command again`,
  };
}

function byKeys({ app, stage, keys }: Disarmed) {
  const names = keys.map((key) => `\`${visible(key)}\``).join(", ");
  return {
    message: `stage \`${visible(stage)}\` of \`${visible(app)}\` still needs its row: a program stored ${names} in it with \`scope.set\``,
    help: "import `@alch/blocks` in every program of the app: then no deploy deletes the stage",
  };
}

function ending(stages: readonly Disarmed[], colors: Colors): string {
  const done = stages.filter(({ action }) => action === "disarmed");
  const planned = stages.filter(({ action }) => action === "disarm");
  const left = stages.length - done.length;
  const lines = [
    ...(planned.length > 0 ? dryRun(planned.length) : []),
    ...(done.length > 0 ? [`${colors.green("✓")} ${count(done.length, "stage")} disarmed`] : []),
    ...(done.length > 0 ? ["To put a row back:", ...done.map(back)] : []),
    ...(left > 0 ? [`${colors.red("✗")} ${stillArmed(left)}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function dryRun(number: number): string[] {
  const rows = number === 1 ? "the row" : `the ${number} rows`;
  return [
    `This was a dry run. \`--write\` renames ${rows} to \`<row>.disarmed\`, which Alchemy does not read.`,
    "It changes no resource and no other row.",
  ];
}

function back({ backup, file }: Disarmed): string {
  return `  mv ${quoted(backup ?? "")} ${quoted(file)}`;
}

/** For a shell. */
function quoted(path: string): string {
  const text = visible(path);
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function stillArmed(number: number): string {
  const stages = `${count(number, "stage")} ${number === 1 ? "is" : "are"} armed`;
  const each = number === 1 ? "it" : "each of them";
  return `${stages}: the next deploy of another stage of the same app deletes ${each}, unless its program imports \`@alch/blocks\``;
}
