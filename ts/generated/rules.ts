// Made from analyzer/src/rules/ by `npm run generate`. Do not edit.

/** A rule of `check`. */
export interface Rule {
  severity: "error" | "warning" | "info";
  /** What it finds, in a few words. */
  what: string;
}

/** All rules, the most severe first. */
export const RULES: Readonly<Record<string, Rule | undefined>> = {
  "parse-error": { severity: "error", what: "a file cannot be read as a program" },
  "adopt-fixed": {
    severity: "error",
    what: "stages adopt one resource, and destroying one deletes it",
  },
  "adopt-route": { severity: "error", what: "stages take a hostname or a route from each other" },
  "route-swallows": {
    severity: "error",
    what: "a wildcard route that covers another stage's hostname",
  },
  "stage-ignored": {
    severity: "error",
    what: "a stage in the program, which `--stage` does not change",
  },
  "double-stage": { severity: "error", what: "a base name already carries the stage" },
  "duplicate-name": { severity: "error", what: "two resources have one physical name" },
  "base-invalid": { severity: "error", what: "a base name breaks the rule of its kind" },
  "id-invalid": { severity: "error", what: "an id that Alchemy cannot keep track of" },
  "option-invalid": {
    severity: "error",
    what: "an option of a block has a value that it does not take",
  },
  "orphaned-row": { severity: "error", what: "a deploy would delete what is no longer declared" },
  "refused-change": {
    severity: "error",
    what: "a deploy would delete, replace or take what is deployed",
  },
  "armed-stage": { severity: "error", what: "the deploy of another stage deletes this stage" },
  "nested-stage": {
    severity: "error",
    what: "the state of a stage is in the folder of another stage",
  },
  "raw-resource": { severity: "warning", what: "a raw resource, for which a block exists" },
  "fixed-name": { severity: "warning", what: "an account-wide name that two stages share" },
  "fixed-host": { severity: "warning", what: "a hostname or a route that two stages share" },
  "unscoped-workflow": { severity: "warning", what: "a workflow that two stages share" },
  "unscoped-class": { severity: "warning", what: "a class in a script that two stages share" },
  "stage-in-id": { severity: "warning", what: "a logical id that carries the stage" },
  "ambiguous-bases": { severity: "warning", what: "two base names that can meet in two stages" },
  "shared-dlq": { severity: "warning", what: "a dead letter queue that two stages share" },
  "stage-source": { severity: "warning", what: "a name made from something else than the stage" },
  "unknown-stage": {
    severity: "warning",
    what: "a `pin`, `share` or `protect` for a stage that nobody knows",
  },
  "shared-app": { severity: "warning", what: "two programs have one app name" },
  "shared-root": { severity: "warning", what: "a resource in `app.run`, which all stages share" },
  unguarded: { severity: "warning", what: "a stack of Alchemy 2 without the guard" },
  "implicit-stage": { severity: "warning", what: "a pipeline that deploys without a stage" },
  "env-key": {
    severity: "info",
    what: "a Durable Object bound by Alchemy 2 under the name of its class",
  },
  undecided: { severity: "warning", what: "a name that the text does not tell" },
  unmodelled: { severity: "info", what: "a resource that `check` does not look at" },
  "release-unused": { severity: "info", what: "`release` names an id that no row has" },
  "disable-without-reason": {
    severity: "warning",
    what: "a disabling comment without a code or a reason",
  },
  "too-long": { severity: "info", what: "a name that a long stage would shorten" },
  "preview-cost": { severity: "info", what: "a Worker whose cron triggers run in previews" },
};
