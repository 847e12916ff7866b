/** What would be named what, and which hostnames there would be: a table for people, and JSON as schemas/plan.json says. */
import { KINDS, type Kind } from "../../kinds.ts";
import {
  type Declaration,
  type DeclaredHost,
  type Finding,
  nameIn,
  type PhysicalName,
} from "../analyse/report.ts";
import { hostsDownwards, hostsSideBySide } from "./hosts.ts";
import { type Looked, NOTHING_HELP, whyNothing } from "./nothing.ts";
import { table } from "./table.ts";
import {
  type Colors,
  count,
  createColors,
  jsonOf,
  NONE,
  placeOf,
  shownOr,
  visible,
} from "./text.ts";
import { widthOf, widthOfStream, wrapped } from "./width.ts";

export interface Planned extends Looked {
  stages: readonly { stage: string; slug: string }[];
  declarations: readonly Declaration[];
  hosts: readonly DeclaredHost[];
  /** What makes something of no kind. */
  unmodelled: readonly Finding[];
}

export function planJson({
  stages,
  declarations,
  hosts,
  unmodelled,
}: Pick<Planned, "stages" | "declarations" | "hosts" | "unmodelled">): string {
  const resources = (stage: string) =>
    declarations.map((one) => {
      const { kind, id, base, file, line } = one;
      const physicalName = accountName(one, stage)?.name ?? null;
      const reason = one.reasons?.[stage] ?? null;
      const perhaps = one.perhaps?.includes(stage) === true;
      return { kind, id, base, physicalName, reason, perhaps, file, line };
    });
  const hostnames = (stage: string) =>
    hosts.map((one) => {
      const { type, id, base, file, line } = one;
      const { name = null, script = null } = nameIn(one, stage) ?? {};
      return { type, id, base, name, script, file, line };
    });
  return jsonOf({
    version: 1,
    stages: stages.map(({ stage, slug }) => ({
      stage,
      slug,
      resources: resources(stage),
      hosts: hostnames(stage),
    })),
    unmodelled: unmodelled.map(({ message, file, line }) => ({ message, file, line })),
  });
}

/** The name in the account. A Durable Object has none: its class and its Worker identify it. */
function accountName(one: Declaration, stage: string): PhysicalName | undefined {
  const { onNewName } = KINDS[one.kind as Kind];
  return onNewName === "nothing" ? undefined : nameIn(one, stage);
}

/**
 * The names of each app, with the stages side by side.
 *
 * @param width How wide a table is at most; one that is wider is laid out downwards.
 */
export function planTable(planned: Planned, color: boolean, width: number): string {
  const colors = createColors(color);
  const { declarations, hosts, files, stages, unmodelled } = planned;
  const sum = `${counted(planned)} in ${count(files, "file")}${besides(unmodelled)}`;
  if (declarations.length + hosts.length + unmodelled.length === 0) {
    return `nothing is declared: ${whyNothing(planned)}\n${colors.cyan("help:")} ${NOTHING_HELP}\n`;
  }
  const slugs = stages
    .filter(({ stage, slug }) => stage !== slug)
    .map(({ stage, slug }) => `stage ${visible(stage)} is ${colors.bold(slug)} in names\n`);
  const parts = [
    slugs.join(""),
    ...appsOf(planned).map((app) => appText(app, colors, width)),
    undecided(planned, colors) + passedOver(unmodelled, colors),
    `${sum}\n`,
  ];
  return parts.filter(Boolean).join("\n");
}

/** What one app declares. */
interface App extends Pick<Planned, "stages" | "declarations" | "hosts"> {
  /** `null` where the text does not tell it. */
  app: string | null;
}

function appsOf({ stages, declarations, hosts }: Planned): App[] {
  const apps = new Set([...declarations, ...hosts].map(({ app }) => app));
  return [...apps].map((app) => ({
    app,
    stages,
    declarations: declarations.filter((one) => one.app === app),
    hosts: hosts.filter((one) => one.app === app),
  }));
}

const INDENT = "  ";

function appText(app: App, colors: Colors, width: number): string {
  const fits = (text: string) =>
    text.split("\n").every((line) => INDENT.length + widthOf(line) <= width);
  const fitting = (wide: readonly string[], narrow: () => string) =>
    (wide.find(fits) ?? narrow()).replaceAll(/^(?=.)/gm, INDENT);
  const title = app.app === null ? "app not known" : visible(app.app);
  const tables = [
    app.declarations.length === 0
      ? ""
      : fitting([sideBySide(app, colors), sideBySide(app, colors, true)], () =>
          downwards(app, colors),
        ),
    app.hosts.length === 0
      ? ""
      : fitting([hostsSideBySide(app, colors)], () => hostsDownwards(app, colors)),
  ];
  return `${colors.bold(title)}\n${tables.filter(Boolean).join("\n\n")}\n`;
}

/** Why names are missing from the table. */
function undecided({ declarations, hosts }: Planned, colors: Colors): string {
  const width = widthOfStream(process.stdout);
  const all = [
    ...declarations.map((one) => ({ ...one, what: one.kind })),
    ...hosts.map((one) => ({ ...one, what: one.type })),
  ];
  const lines = all.flatMap((one) => {
    if (!one.undecided) return [];
    const what = `${one.what} ${shownOr(one.id)}: ${visible(one.undecided)}`;
    const line = `${colors.yellow("undecided")}  ${colors.dim(placeOf(one))}  ${what}`;
    return [`${wrapped(line, 4, width)}\n`];
  });
  return lines.join("");
}

/** What is in the program and not in the table. */
function passedOver(unmodelled: readonly Finding[], colors: Colors): string {
  const width = widthOfStream(process.stdout);
  const lines = unmodelled.map((one) => {
    const line = `${colors.blue("info")}  ${colors.dim(placeOf(one))}  ${visible(one.message)}`;
    return `${wrapped(line, 4, width)}\n`;
  });
  return lines.join("");
}

function counted({ declarations, hosts }: Planned): string {
  const number = (type: DeclaredHost["type"]) => hosts.filter((one) => one.type === type).length;
  const parts = [
    count(declarations.length, "resource"),
    ...(["domain", "route"] as const).flatMap((type) =>
      number(type) === 0 ? [] : [count(number(type), type)],
    ),
  ];
  return parts.length === 1 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function besides({ length }: readonly Finding[]): string {
  if (length === 0) return "";
  return length === 1 ? "; 1 more is not looked at" : `; ${length} more are not looked at`;
}

/** @param isBrief Without what can be told from the names: the base, and the length of the longest. */
function sideBySide({ stages, declarations }: App, colors: Colors, isBrief = false): string {
  const unlessBrief = (cell: string) => (isBrief ? [] : [cell]);
  const isOne = stages.length === 1;
  const head = [
    "kind",
    "id",
    ...unlessBrief("base"),
    ...(isOne ? ["physical name"] : stages.map(({ stage }) => `in ${visible(stage)}`)),
    ...unlessBrief(isOne ? "length" : "longest"),
    "place",
  ].map((title) => colors.dim(title));
  const rows = declarations.map((one) => [
    one.kind,
    shownOr(one.id),
    ...unlessBrief(shownOr(one.base)),
    ...stages.map(({ stage }) => nameOf(one, stage, colors)),
    ...unlessBrief(longest(one, stages, colors)),
    colors.dim(placeOf(one)),
  ]);
  return table([head, ...rows], 0, Number.POSITIVE_INFINITY);
}

function downwards({ stages, declarations }: App, colors: Colors): string {
  const blocks = declarations.map((one) => {
    const base = one.base === null ? "" : `, base ${visible(one.base)}`;
    const head = `${one.kind} ${colors.bold(shownOr(one.id))}${base}  ${colors.dim(placeOf(one))}`;
    const rows = stages.map(({ stage }) => [
      `  ${visible(stage)}`,
      nameOf(one, stage, colors),
      lengthOf(accountName(one, stage), colors),
    ]);
    return `${head}\n${table(rows, 0, Number.POSITIVE_INFINITY)}`;
  });
  return blocks.join("\n\n");
}

/** The length of the longest of its names: that is the one that comes near the limit. */
function longest(one: Declaration, stages: App["stages"], colors: Colors): string {
  const names = stages.flatMap(({ stage }) => accountName(one, stage) ?? []);
  return lengthOf(names.toSorted((a, b) => b.length - a.length)[0], colors);
}

function nameOf(one: Declaration, stage: string, colors: Colors): string {
  const name = accountName(one, stage);
  if (!name) return one.reasons?.[stage] ? colors.yellow("undecided") : NONE;
  const perhaps = one.perhaps?.includes(stage) ? colors.yellow(" (perhaps)") : "";
  return `${colors.green(visible(name.name))}${name.shortened ? " (shortened)" : ""}${perhaps}`;
}

function lengthOf(name: PhysicalName | undefined, colors: Colors): string {
  if (!name) return NONE;
  const text = name.cap === null ? `${name.length}` : `${name.length}/${name.cap}`;
  return name.cap !== null && name.length > name.cap ? colors.red(text) : text;
}
