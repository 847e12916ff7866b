/** Words that only the project knows: its stages and apps. */
import { readConfig } from "../config.ts";
import { PARTS } from "../monitor/collect/parts.ts";
import { readNamedOrAll } from "../monitor/collect/workspace.ts";

/** What the words before the cursor say of the project. */
export interface Typed {
  /** The values of `--state`. */
  state: string[];
}

/** What an option can be, by what stands for its value in the help. */
export const KNOWN: Readonly<
  Record<string, (typed: Typed, folder: string) => Promise<readonly string[]>>
> = {
  stage: async (typed, folder) => {
    const stored = await deployed(typed, folder);
    return plain([...(await configured(folder)), ...stored.map(({ stage }) => stage)]);
  },
  app: async (typed, folder) => plain((await deployed(typed, folder)).map(({ app }) => app)),
  kind: async () => PARTS,
};

/** Letters, digits and signs that mean nothing to any shell, and no option. */
const PLAIN = /^[A-Za-z0-9][\w./-]*$/;

/**
 * Each name once. The names come from the state, which others may have written, and the shell puts
 * them on the line that it runs. So a name with any other character is left out.
 */
function plain(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => PLAIN.test(name)).sort();
}

/** Who presses a key wants no error: what cannot be read is left out. */
async function configured(folder: string): Promise<readonly string[]> {
  return await readConfig(folder).then(
    ({ stages }) => stages,
    () => [],
  );
}

async function deployed(
  { state }: Typed,
  folder: string,
): Promise<{ app: string; stage: string }[]> {
  const stores = await readNamedOrAll({ state, stateStore: [] }, folder, []).catch(() => []);
  return stores.flatMap(({ rows, rows2 }) => [
    ...rows.map(({ app, stage }) => ({ app, stage })),
    ...rows2.map(({ stack, stage }) => ({ app: stack, stage })),
  ]);
}
