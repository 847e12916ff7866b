/** What every renderer of findings is given. */
import type { Finding, Severity } from "../analyse/report.ts";
import type { Looked } from "./nothing.ts";

export interface Checked extends Looked {
  findings: readonly Finding[];
  /** How many resources, Workers, Durable Objects and Workflows are in them. */
  declarations: number;
  /** The stores of Alchemy's state that the program was compared with. */
  stores: readonly string[];
  /** Whether they were searched for what the program does not declare. */
  orphans: boolean;
  /** Files that could not be looked at. */
  troubles: readonly { file: string; reason: string }[];
  /** The text of a file that has findings. */
  textOf(file: string): string | undefined;
  version: string;
}

export const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];
