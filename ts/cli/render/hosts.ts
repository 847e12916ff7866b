/** Hostnames and patterns in each stage, and the scripts that they lead to. */
import { type DeclaredHost, nameIn } from "../analyse/report.ts";
import { table } from "./table.ts";
import { type Colors, NONE, placeOf, shownOr, visible } from "./text.ts";

interface Planned {
  stages: readonly { stage: string }[];
  hosts: readonly DeclaredHost[];
}

export function hostsSideBySide({ stages, hosts }: Planned, colors: Colors): string {
  const titles = stages.flatMap(({ stage }) => [
    stages.length === 1 ? "hostname" : `in ${visible(stage)}`,
    "leads to",
  ]);
  const head = ["type", "id", ...titles, "place"].map((title) => colors.dim(title));
  const rows = hosts.map((one) => [
    one.type,
    shownOr(one.id),
    ...stages.flatMap(({ stage }) => cells(one, stage, colors)),
    colors.dim(placeOf(one)),
  ]);
  return table([head, ...rows], 0, Number.POSITIVE_INFINITY);
}

export function hostsDownwards({ stages, hosts }: Planned, colors: Colors): string {
  const blocks = hosts.map((one) => {
    const head = `${one.type} ${colors.bold(shownOr(one.id))}  ${colors.dim(placeOf(one))}`;
    const rows = stages.map(({ stage }) => [`  ${visible(stage)}`, ...cells(one, stage, colors)]);
    return `${head}\n${table(rows, 0, Number.POSITIVE_INFINITY)}`;
  });
  return blocks.join("\n\n");
}

function cells(one: DeclaredHost, stage: string, colors: Colors): [name: string, script: string] {
  const named = nameIn(one, stage);
  if (named) return [colors.green(visible(named.name)), shownOr(named.script)];
  return [one.undecided ? colors.yellow("undecided") : NONE, NONE];
}
