/** Findings as JSON: schemas/check.json says what is in it. */
import type { Finding } from "../analyse/report.ts";
import type { Checked } from "./findings.ts";
import { jsonOf } from "./text.ts";

export function json({ findings, files, declarations, stores }: Checked): string {
  return jsonOf({
    version: 1,
    findings: findings.map(fields),
    summary: {
      files,
      declarations,
      findings: findings.length,
      ...(stores.length > 0 ? { stores } : {}),
    },
  });
}

function fields({ code, severity, kind, id, name, file, line, column, message, help }: Finding) {
  return { code, severity, kind, id, name, file, line, column, message, help };
}
