/**
 * @param folder The site, as a server has it at `base`.
 * @param leaves Tells of a file, such as `api/index.html`, whether other tools make it later.
 * @returns Each dead link after its page, and how many links were followed.
 */
export function deadLinks(
  folder: string,
  base?: string,
  leaves?: (file: string) => boolean,
): { dead: string[]; followed: number };
