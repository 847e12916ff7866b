/** Where a code is explained. */
import { RULES } from "../../generated/rules.ts";

/** The pages of the version that runs, as npm has published them. */
const PAGES = `https://unpkg.com/@alch/blocks@${VERSION}/docs`;

/** The page of the code of a finding. */
export function pageOf(code: string): string {
  return `${PAGES}/${Object.hasOwn(RULES, code) ? "rules" : "troubleshooting"}.md#${code}`;
}
