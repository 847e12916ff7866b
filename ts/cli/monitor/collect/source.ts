/** Claims from the programs: what a deploy of the stages that there are would name. */
import { linkProgram, readProgram } from "../../analyse/program.ts";
import { nameIn } from "../../analyse/report.ts";
import type { Config } from "../../config.ts";
import { Progress } from "../../progress.ts";
import type { Claim } from "../report.ts";
import { type Collected, nothing, unknown } from "./collected.ts";

/** A Durable Object's name says nothing: its script and class do, which the Worker's row has. */
const WITHOUT = "durable-object";

export interface Programs extends Collected {
  /** The apps that programs name, deployed or not. */
  apps: string[];
  /** The claims in the stages that each app is deployed in. */
  in(stages: ReadonlyMap<string, ReadonlySet<string>>): Claim[];
}

export async function readPrograms(
  paths: readonly string[],
  config: Config,
  folder: string,
): Promise<Programs> {
  const program = await readProgram(paths, config, folder, new Progress());
  const { report } = linkProgram(program, { stages: [] });
  const apps = report.declarations.flatMap(({ app }) => (app === null ? [] : [app]));
  const collected = nothing();
  for (const { reason } of program.troubles) {
    const message = `a source file cannot be read: ${reason}`;
    const help = "see `alch-blocks check`, which says which";
    collected.unknown.push(unknown("source", null, "source-unreadable", message, help));
  }
  return {
    ...collected,
    apps: [...new Set(apps)],
    in: (stages) => claimsIn(stages, (all) => linkProgram(program, { stages: all }).report),
  };
}

type Link = (stages: readonly string[]) => ReturnType<typeof linkProgram>["report"];

function claimsIn(stages: ReadonlyMap<string, ReadonlySet<string>>, link: Link): Claim[] {
  const all = new Set([...stages.values()].flatMap((some) => [...some]));
  if (all.size === 0) return [];
  return link([...all]).declarations.flatMap((one) => {
    const { kind, id, scope } = one;
    const app = one.app ?? (stages.size === 1 ? [...stages.keys()][0] : undefined);
    if (app === undefined || id === null || kind === WITHOUT) return [];
    return [...(stages.get(app) ?? [])].flatMap((stage): Claim[] => {
      const name = nameIn(one, stage)?.name;
      if (name === undefined) return [];
      const path = [...scope, id].join("/");
      return [{ kind, name, app, stage, id: path, source: "source" }];
    });
  });
}
