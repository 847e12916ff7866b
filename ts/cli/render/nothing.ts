/** Why a command has found no resource: nobody may take that for a clean program. */
import { count, visible } from "./text.ts";

export interface Looked {
  /** The paths that were looked at. */
  where: readonly string[];
  /** How many files were looked at. */
  files: number;
  /** Those of them that import Alchemy's resources or blocks. */
  importing: readonly string[];
}

const SHOWN = 3;

/** One sentence, without a full stop. */
export function whyNothing({ where, files, importing }: Looked): string {
  const place = where.map((path) => `\`${visible(path)}\``).join(", ");
  if (files === 0) return `there is no TypeScript or JavaScript file in ${place}`;
  if (importing.length === 0) {
    const none = files === 1 ? "the only file" : `none of the ${count(files, "file")}`;
    const imports = files === 1 ? "does not import" : "imports";
    return `${none} in ${place} ${imports} \`alchemy/cloudflare\`, \`alchemy/Cloudflare\` or \`@alch/blocks\``;
  }
  const names = importing.slice(0, SHOWN).map((name) => `\`${visible(name)}\``);
  const more = importing.length > SHOWN ? ` and ${importing.length - SHOWN} more` : "";
  const declare = importing.length === 1 ? "declares" : "declare";
  return `${names.join(", ")}${more} ${declare} no resource that is known here`;
}

export const NOTHING_HELP =
  "give the path of the program, such as `infra/alchemy.run.ts`; files that `.gitignore` names are left out unless you do";
