/** The arguments of the command line: what there is, how it is parsed, and the help. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { Problem } from "./problem.ts";

interface Option {
  type: "string" | "boolean";
  multiple?: boolean;
  short?: string;
  /** What a value stands for, in help. */
  value?: string;
  what: string;
}

export interface Command {
  /** What can follow the name. */
  usage: string;
  what: string;
  options: Readonly<Record<string, Option>>;
  /** More to say in the help. */
  notes: readonly string[];
}

const HELP: Option = { type: "boolean", short: "h", what: "show this help" };
const JSON_OPTION: Option = { type: "boolean", what: "print JSON" };
const COLOR: Record<string, Option> = {
  color: { type: "boolean", what: "colour the output, a terminal or not" },
  "no-color": { type: "boolean", what: "do not colour it; `NO_COLOR=1` says the same" },
};

const STORE: Option = {
  type: "string",
  multiple: true,
  value: "module",
  what: "a module whose default export makes the store, as `stateStore` does",
};

const EXIT = "Exit codes: 0 nothing found, 1 findings, 2 it could not run, or not on every file.";
const PATHS =
  "Paths are files, folders or patterns; the current folder if none are given. What `.gitignore` names is left out, and `node_modules`, `.git`, `dist` and `.alchemy` always are. Files that a program imports are read too.";

export const COMMANDS = {
  check: {
    usage: "[paths…] [options]",
    what: "find names that stages or resources share, and raw resources",
    options: {
      stage: { type: "string", value: "stage", what: "check for this one stage" },
      state: {
        type: "string",
        multiple: true,
        value: "place",
        what: "Alchemy's state (`.alchemy`): find what a deploy would delete",
      },
      "state-store": STORE,
      format: {
        type: "string",
        value: "format",
        what: "`pretty` (the default), `json`, `sarif` or `github`",
      },
      json: { ...JSON_OPTION, what: "the same as `--format json`" },
      ...COLOR,
      help: HELP,
    },
    notes: [
      PATHS,
      "A comment on the line before silences a finding, and must say why:\n  // alch-blocks-disable-next-line fixed-name: the old app has it too",
      EXIT,
    ],
  },
  plan: {
    usage: "[paths…] --stage <stage> [--stage <stage> …] [options]",
    what: "show what would be named what, from the source alone",
    options: {
      stage: {
        type: "string",
        multiple: true,
        value: "stage",
        what: "the stage; more of them are shown side by side",
      },
      json: JSON_OPTION,
      ...COLOR,
      help: HELP,
    },
    notes: [PATHS, "Exit codes: 0 it ran, 2 it could not run, or not on every file."],
  },
  migrate: {
    usage: "[paths…] [options]",
    what: "rewrite raw resources to blocks, without renaming anything",
    options: {
      "dry-run": { type: "boolean", what: "show what would change, and change nothing (default)" },
      write: { type: "boolean", what: "change the files" },
      state: {
        type: "string",
        multiple: true,
        value: "place",
        what: "Alchemy's state, which tells who holds a fixed name (`.alchemy`)",
      },
      "state-store": STORE,
      "owner-stage": {
        type: "string",
        value: "stage",
        what: "the stage that holds fixed names, where no state tells it",
      },
      json: JSON_OPTION,
      ...COLOR,
      help: HELP,
    },
    notes: [
      PATHS,
      "Ids are never changed, and no deployed resource changes its name. What cannot be moved over so is left alone, with a reason.",
      "Exit codes: 0 it ran, 1 a deploy of the result would be refused, 2 it could not run, or not on every file.",
    ],
  },
  monitor: {
    usage: "[paths…] [options]",
    what: "compare the state, the account and the source of all stages",
    options: {
      offline: { type: "boolean", what: "the state and the source only" },
      account: {
        type: "string",
        value: "id",
        what: "the Cloudflare account (`CLOUDFLARE_ACCOUNT_ID`)",
      },
      state: {
        type: "string",
        multiple: true,
        value: "place",
        what: "Alchemy's state: a folder, a SQLite file, or a pattern; else each `.alchemy` of the workspace",
      },
      "state-store": STORE,
      app: {
        type: "string",
        multiple: true,
        value: "app",
        what: "an app, where the store cannot tell which it has",
      },
      stage: {
        type: "string",
        multiple: true,
        value: "stage",
        what: "a stage whose left-overs are looked for, deployed or not",
      },
      without: {
        type: "string",
        multiple: true,
        value: "kind",
        what: "a kind that is not listed in the account, or `bucket:<jurisdiction>`",
      },
      plan: { type: "string", value: "plan", what: "whose limits hold: `paid`, or `free`" },
      "fail-on": {
        type: "string",
        multiple: true,
        value: "what",
        what: "the least severity, or a code, to end with 1 for (`warning`); `never`",
      },
      metrics: {
        type: "string",
        value: "folder",
        what: "keep `collision-metrics.json` and `dashboard.html` there",
      },
      "github-issue": {
        type: "boolean",
        what: "keep one issue open for each finding in `GITHUB_REPOSITORY`, with `GITHUB_TOKEN`",
      },
      json: JSON_OPTION,
      ...COLOR,
      help: HELP,
    },
    notes: [
      "Reads `CLOUDFLARE_API_TOKEN` and changes nothing in the account. What cannot be listed is said to be unknown, and never taken for empty.",
      PATHS,
      "Exit codes: 0 nothing to fail on, 1 findings, 2 it could not run, or something is unknown.",
    ],
  },
  state: {
    usage: "disarm [options]",
    what: "keep the deploy of one stage from deleting another stage",
    options: {
      state: {
        type: "string",
        multiple: true,
        value: "folder",
        what: "Alchemy's file store (`.alchemy`)",
      },
      app: { type: "string", value: "app", what: "only this app" },
      stage: { type: "string", value: "stage", what: "only this stage" },
      write: { type: "boolean", what: "rename the rows; without it, nothing is changed" },
      json: JSON_OPTION,
      ...COLOR,
      help: HELP,
    },
    notes: [
      "When a stage replaces a resource, Alchemy 0.94 writes a row for the stage itself: `.alchemy/<app>/<stage>.json`. The next deploy of another stage of that app deletes the whole stage because of this row, unless its program imports `@alch/blocks`. Such a stage is armed.",
      "`--write` renames the row to `<stage>.json.disarmed`, which Alchemy does not read. It changes no resource and no other row. A row that an unfinished deploy still needs stays: finish that deploy first.",
      "Exit codes: 0 no stage is armed any more, 1 at least one is, 2 it could not run.",
    ],
  },
  init: {
    usage: "[options]",
    what: "write the workflow, script and config of the monitor into a project",
    options: {
      yes: { type: "boolean", short: "y", what: "overwrite without asking" },
      help: HELP,
    },
    notes: [
      "It writes `.github/workflows/monitor-collisions.yml`, the script `monitor:collisions` of `package.json`, and `alch-blocks.json`, each only where it is missing or another one.",
      "Exit codes: 0 it ran, 2 it could not run.",
    ],
  },
} as const satisfies Record<string, Command>;

export type Name = keyof typeof COMMANDS;

/** The arguments of one run. */
export interface ParsedArgs {
  command: Name;
  paths: string[];
  flags: ReadonlySet<string>;
  values: Readonly<Record<string, readonly string[]>>;
}

export type Request = ParsedArgs | { show: "version" } | { show: "help"; command?: Name };

/** @throws Problem for what no command knows. */
export function readArguments(args: readonly string[]): Request {
  const [first, ...rest] = args;
  if (first === undefined || first === "--help" || first === "-h") return { show: "help" };
  if (first === "--version" || first === "-v") return { show: "version" };
  if (first === "help" && rest[0] === undefined) return { show: "help" };
  const command = first === "help" ? rest[0] : first;
  if (!isCommand(command)) {
    const help = `there are ${Object.keys(COMMANDS).join(", ")}; see \`alch-blocks --help\``;
    throw new Problem(`there is no command \`${command}\``, help);
  }
  if (first === "help") return { show: "help", command };
  const request = readOptions(command, rest);
  return request.flags.has("help") ? { show: "help", command } : request;
}

function isCommand(text: string | undefined): text is Name {
  return text !== undefined && Object.hasOwn(COMMANDS, text);
}

function readOptions(command: Name, args: readonly string[]): ParsedArgs {
  const specs: Readonly<Record<string, Option>> = COMMANDS[command].options;
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { type, short }] of Object.entries(specs)) {
    options[name] = { type, multiple: true, ...(short === undefined ? {} : { short }) };
  }
  const { values, positionals } = parsed(command, args, options);
  const given: Record<string, string[]> = {};
  for (const [name, all] of Object.entries(values)) {
    if (specs[name]?.type !== "string") continue;
    given[name] = (all as string[]).map((value) => checkedValue(name, value));
    if (specs[name].multiple !== true && given[name].length > 1) {
      throw new Problem(`\`--${name}\` is given more than once`);
    }
  }
  return { command, paths: positionals, flags: new Set(Object.keys(values)), values: given };
}

function checkedValue(name: string, value: string): string {
  if (value === "") throw new Problem(`\`--${name}\` is given without a value`);
  return value;
}

function parsed(
  command: Name,
  args: readonly string[],
  options: NonNullable<ParseArgsConfig["options"]>,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const help = `see \`alch-blocks ${command} --help\``;
    const [first = ""] = (error as Error).message.split(/[\n.]\s?/);
    throw new Problem(first.charAt(0).toLowerCase() + first.slice(1).replaceAll("'", "`"), help);
  }
}

const WIDTH = 80;

/** The help of one command, or of all. */
export function helpOf(command?: Name): string {
  if (command === undefined) return overview();
  const { usage, what, options, notes }: Command = COMMANDS[command];
  const rows = Object.entries(options).map(([name, option]) => optionRow(name, option));
  return [
    `Usage: alch-blocks ${command} ${usage}`,
    `${what.charAt(0).toUpperCase()}${what.slice(1)}.`,
    `Options:\n${columns(rows)}`,
    ...notes.map((note) => wrapped(note, WIDTH).join("\n")),
  ]
    .join("\n\n")
    .concat("\n");
}

function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { what }]) => [name, what] as const);
  const options = [
    ["-h, --help", "show this help; `alch-blocks <command> --help` says more"],
    ["-v, --version", "show the version"],
  ] as const;
  return [
    "Usage: alch-blocks <command> [paths…] [options]",
    "Reads Alchemy programs without running them.",
    `Commands:\n${columns(rows)}`,
    `Options:\n${columns(options)}`,
    wrapped(EXIT, WIDTH).join("\n"),
  ]
    .join("\n\n")
    .concat("\n");
}

function optionRow(name: string, { short, value, what }: Option): readonly [string, string] {
  const dashes = short === undefined ? "" : `-${short}, `;
  return [`${dashes}--${name}${value === undefined ? "" : ` <${value}>`}`, what];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const left = Math.max(...rows.map(([name]) => name.length));
  return rows
    .flatMap(([name, what]) =>
      wrapped(what, WIDTH - left - 4).map(
        (line, at) => `  ${(at === 0 ? name : "").padEnd(left)}  ${line}`,
      ),
    )
    .join("\n");
}

/** Breaks lines between words; a line that is indented is left as it is. */
function wrapped(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => {
    if (line.startsWith(" ")) return [line];
    const lines: string[] = [];
    for (const word of line.split(" ")) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= width) {
        lines[lines.length - 1] = `${last} ${word}`;
      } else lines.push(word);
    }
    return lines;
  });
}
