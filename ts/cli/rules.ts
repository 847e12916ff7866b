/** The codes of findings, for those who describe them; what they mean is decided in the analyser. */
import type { Severity } from "./analyse/report.ts";

interface Rule {
  severity: Severity;
  /** In a few words. */
  what: string;
}

export const RULES: Readonly<Record<string, Rule | undefined>> = {
  "parse-error": { severity: "error", what: "a file cannot be read as a program" },
  "adopt-fixed": { severity: "error", what: "every stage adopts one resource, and may delete it" },
  "double-stage": { severity: "error", what: "a base name already carries the stage" },
  "duplicate-name": { severity: "error", what: "two resources have one physical name" },
  "base-invalid": { severity: "error", what: "a base name breaks the rule of its kind" },
  "orphaned-row": { severity: "error", what: "a deploy would delete what is no longer declared" },
  "armed-stage": { severity: "error", what: "the deploy of another stage deletes this stage" },
  "nested-stage": { severity: "error", what: "a stage is stored in the folder of another stage" },
  "raw-resource": { severity: "warning", what: "a raw resource, for which a block exists" },
  "fixed-name": { severity: "warning", what: "an account-wide name without the stage" },
  "unscoped-workflow": { severity: "warning", what: "a workflow that all stages share" },
  "unscoped-class": { severity: "warning", what: "a class in a script that all stages share" },
  "stage-in-id": { severity: "warning", what: "a logical id that carries the stage" },
  "ambiguous-bases": { severity: "warning", what: "two base names that can meet in two stages" },
  "shared-dlq": { severity: "warning", what: "a dead letter queue that all stages share" },
  "stage-source": { severity: "warning", what: "a name made from something else than the stage" },
  "shared-app": { severity: "warning", what: "two programs have one app" },
  undecided: { severity: "warning", what: "a name that cannot be told from the text" },
  "disable-without-reason": { severity: "warning", what: "a disabling comment without a reason" },
  "too-long": { severity: "info", what: "a name that a long stage would shorten" },
};
