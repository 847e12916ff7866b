/** Findings as SARIF 2.1.0, for code scanning. */
import type { createHash } from "node:crypto";
import type { Log, Notification, ReportingDescriptor, Result } from "sarif";
import { RULES } from "../../generated/rules.ts";
import type { Finding } from "../analyse/report.ts";
import type { Checked } from "./findings.ts";
import { pageOf } from "./page.ts";
import { jsonOf } from "./text.ts";

const SCHEMA =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const LEVELS = { error: "error", warning: "warning", info: "note" } as const;
const ROOT = "%SRCROOT%";

export async function sarif({ findings, troubles, version }: Checked): Promise<string> {
  // Node takes long to load it, and no other format needs it.
  const { createHash } = await import("node:crypto");
  const codes = [...new Set([...Object.keys(RULES), ...findings.map(({ code }) => code)])];
  const log: Log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "alch-blocks", version, rules: codes.map(rule) } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [ROOT]: { description: { text: "where `alch-blocks` was run" } } },
        invocations: [
          {
            executionSuccessful: troubles.length === 0,
            toolExecutionNotifications: troubles.map(notification),
          },
        ],
        results: results(findings, codes, createHash),
      },
    ],
  };
  return jsonOf(log);
}

function rule(code: string): ReportingDescriptor {
  const known = RULES[code];
  return {
    id: code,
    helpUri: pageOf(code),
    ...(known && {
      shortDescription: { text: known.what },
      defaultConfiguration: { level: LEVELS[known.severity] },
    }),
  };
}

/** Results, each with a fingerprint that does not change when lines move. */
function results(
  findings: readonly Finding[],
  codes: readonly string[],
  hash: typeof createHash,
): Result[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const what = JSON.stringify([
      finding.code,
      finding.file,
      finding.kind,
      finding.id,
      finding.name,
    ]);
    const times = seen.get(what) ?? 0;
    seen.set(what, times + 1);
    const print = hash("sha256").update(`${what}${times}`).digest("hex").slice(0, 32);
    return result(finding, codes.indexOf(finding.code), print);
  });
}

function result(finding: Finding, ruleIndex: number, fingerprint: string): Result {
  const { code, severity, file, line, column, endLine, endColumn, message, help } = finding;
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: help ? `${message}\n${help}` : message },
    locations: [{ physicalLocation: { artifactLocation: artifact(file), region } }],
    partialFingerprints: { "declaration/v1": fingerprint },
  };
}

function notification({ file, reason }: { file: string; reason: string }): Notification {
  return {
    level: "error",
    message: { text: `${file} cannot be read: ${reason}` },
    locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
  };
}

function artifact(file: string): { uri: string; uriBaseId?: string } {
  const uri = file.toWellFormed().split("/").map(encodeURIComponent).join("/");
  // A path that leaves the folder, or is of another drive, has no base.
  return /^(\.\.\/|\/|[A-Za-z]:)/.test(file) ? { uri } : { uri, uriBaseId: ROOT };
}
