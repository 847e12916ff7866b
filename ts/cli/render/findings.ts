/** What every renderer of findings is given. */
import type { Finding, Severity } from "../analyse/report.ts";

export interface Checked {
  findings: readonly Finding[];
  /** How many files were looked at. */
  files: number;
  /** How many resources, Workers, Durable Objects and Workflows are in them. */
  declarations: number;
  /** Files that could not be looked at. */
  troubles: readonly { file: string; reason: string }[];
  /** The text of a file that has findings. */
  textOf(file: string): string | undefined;
  version: string;
}

export const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];
