/** From paths to what the program declares: collect, parse, follow imports, link. */
import {
  addImporters,
  addSources,
  type Collected,
  collect,
  type Source,
} from "../collect/collect.ts";
import { type Importing, Modules } from "../collect/modules.ts";
import type { Selection, Trouble } from "../collect/walk.ts";
import type { Config } from "../config.ts";
import { Progress } from "../progress.ts";
import { link, mentions, report } from "./analyzer.ts";
import { importsOfAll, type Parsed as Outcome } from "./parse.ts";
import { parseMany } from "./pool.ts";
import { type LinkOptions, nameIn, type Report } from "./report.ts";

/** A file, and what was found in it. */
export interface Parsed extends Source {
  /** The modules that it names. */
  modules: readonly string[];
  /** Only in a large program. */
  facts?: string | undefined;
}

export interface Program {
  files: Parsed[];
  modules: Modules;
  /** How many files were looked at. */
  scanned: number;
  /** What could not be looked at. */
  troubles: Trouble[];
  /** The paths that were looked at, as they were written. */
  where: readonly string[];
  /** Absolute paths of the files that were asked for. */
  asked: ReadonlySet<string>;
  /** What was found in so many files, before anybody said what to look for. */
  survey?: { files: number; report: Report };
}

/** A name that a program gives in a stage. */
export interface DeclaredName {
  kind: string;
  name: string;
  /** Empty where the text does not tell it. */
  app: string;
  stage: string;
}

/**
 * From how many characters on a program is parsed once, in threads. A smaller one is parsed for each
 * question: to carry its facts out of the module and in again takes longer.
 */
const LARGE = 1_000_000;

/** Reads the program that lies at `paths`, or where the config says. */
export async function readProgram(
  paths: readonly string[],
  config: Config,
  folder: string,
  shown: Progress,
): Promise<Program> {
  using progress = shown;
  const selection = selectionOf(paths, config, folder);
  const collected = collect(selection, folder, mentions, (done, all) => {
    progress.show("reading", done, all);
  });
  const program: Program = {
    ...collected,
    where: selection.paths,
    files: [],
    modules: new Modules(),
  };
  const size = collected.sources.reduce((sum, { text }) => sum + text.length, 0);
  const parse = size > LARGE ? parseMany : importsOfAll;
  const add = async (sources: readonly Source[]) => {
    for (let next = sources; next.length > 0; ) {
      const known = program.files.length;
      progress.show("parsing", known, known + next.length);
      const parsed = parsedOf(
        next,
        await parse(next.map(({ name, text }) => ({ name, text }))),
        collected.troubles,
      );
      program.files.push(...parsed.files);
      next = addSources(collected, await program.modules.add(parsed.importing), folder);
    }
  };
  await add([...collected.sources]);
  await add(await addImporters(collected, uncalled(program), folder, program.modules));
  return program;
}

/**
 * The files with a declaration that depends on who calls it. Most programs have none, and who
 * imports them need not be looked into then, which could be every file there is.
 */
function uncalled(program: Program): string[] {
  const report = survey(program);
  const open = [...report.declarations, ...report.hosts].filter(
    ({ id, undecided }) => id === null || undecided,
  );
  const names = new Set(open.map(({ file }) => file));
  return program.files.filter(({ name }) => names.has(name)).map(({ path }) => path);
}

/** What the program declares, whichever stage there is. More than one question is answered by it. */
function survey(program: Program): Report {
  const files = program.files.length;
  if (program.survey?.files !== files) {
    program.survey = { files, report: linkProgram(program, { stages: ["prod"] }) };
  }
  return program.survey.report;
}

/** The apps that the program names. */
export function appsIn(program: Program): string[] {
  const report = survey(program);
  const apps = [...report.declarations, ...report.hosts].flatMap(({ app }) =>
    app === null ? [] : [app],
  );
  return [...new Set(apps)];
}

/** What the program declares in each of `stages`. */
export function namesIn(program: Program, stages: readonly string[]): DeclaredName[] {
  const { declarations } = linkProgram(program, { stages });
  return declarations.flatMap((one) =>
    stages.flatMap((stage) => {
      const name = nameIn(one, stage)?.name;
      return name === undefined ? [] : [{ kind: one.kind, name, app: one.app ?? "", stage }];
    }),
  );
}

function selectionOf(paths: readonly string[], config: Config, folder: string): Selection {
  const ignore = { folder: config.folder, patterns: config.ignore };
  if (paths.length > 0) return { paths, folder, ignore };
  if (config.paths) return { paths: config.paths, folder: config.folder, ignore };
  return { paths: ["."], folder, ignore };
}

function parsedOf(
  sources: readonly Source[],
  outcomes: readonly Outcome[],
  troubles: Collected["troubles"],
) {
  const files: Parsed[] = [];
  const importing: Importing[] = [];
  for (const [at, source] of sources.entries()) {
    const { facts, modules = [], trouble } = outcomes[at] ?? {};
    if (trouble === undefined) files.push({ ...source, modules, facts });
    else troubles.push({ path: source.path, reason: trouble });
    importing.push({ path: source.path, name: source.name, modules });
  }
  return { files, importing };
}

/** What the program declares, and what is wrong with it. */
export function linkProgram({ files, modules }: Program, options: LinkOptions): Report {
  using progress = new Progress();
  progress.step("comparing");
  const asked = { ...options, modules: modules.byName() };
  const facts = files.flatMap(({ facts }) => (facts === undefined ? [] : [facts]));
  if (facts.length > 0) return link(facts, asked);
  return report(
    files.map(({ name, text }) => ({ path: name, text })),
    asked,
  );
}

/** A module that has resources or blocks in it, as it stands in an import. */
const RESOURCES =
  /["'](?:alchemy(?:\/[^"']*)?|@alchemy\.run\/[^"']*|@alch\/blocks(?:\/[^"']*)?)["']/;

/** Where was looked, and in what: for those who have found nothing. */
export function lookedAt({ where, scanned, files }: Program) {
  const importing = files.filter(({ text }) => RESOURCES.test(text)).map(({ name }) => name);
  return { where, files: scanned, importing };
}
