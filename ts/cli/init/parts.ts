/** What `init` can set up: for each part its workflow and the scripts that the workflow runs. */
import monitor from "#ci/monitor";
import previews from "#ci/previews";
import sweep from "#ci/sweep";
import type { Stores } from "./store.ts";

export type Part = "monitor" | "previews" | "sweep";

export interface PartSpec {
  /** What it is for, as a question ends with it. */
  about: string;
  /** The name of its workflow in `.github/workflows`. */
  workflow: string;
  /** The workflow of a project that is its own repository and is installed by npm. */
  text: string;
  /** Its jobs in the file for GitLab. */
  jobs: readonly string[];
  scripts: Readonly<Record<string, string>>;
  /** What to run to see that it works: the script and its arguments. */
  tried: string;
}

/** What a project gets. */
export interface Asked {
  parts: readonly Part[];
  /** Whether the monitor says what each stage costs, or is to say it. */
  cost: boolean;
  stores: Stores;
}

/** The script of the monitor, which can ask for the cost, too. */
export const MONITOR = "monitor:collisions";

export const PARTS: Readonly<Record<Part, PartSpec>> = {
  monitor: {
    about: "the monitor: look every day whether two stages share a resource",
    workflow: "monitor-collisions.yml",
    text: monitor,
    jobs: ["monitor collisions"],
    scripts: { [MONITOR]: "alch-blocks monitor --metrics metrics" },
    tried: MONITOR,
  },
  previews: {
    about: "previews: deploy a stage for each pull request, and destroy it when that is closed",
    workflow: "previews.yml",
    text: previews,
    jobs: ["deploy preview", "destroy preview"],
    scripts: {
      "preview:deploy": "alchemy deploy",
      "preview:urls": "alch-blocks urls",
      // The runs of one pull request wait for each other, so no deploy is under way.
      "preview:destroy": "alch-blocks destroy --yes --if-exists --unfinished",
    },
    tried: "preview:deploy -- --stage pr-0",
  },
  sweep: {
    about: "the sweep: destroy every day what closed pull requests have left behind",
    workflow: "sweep-stages.yml",
    text: sweep,
    jobs: ["sweep stages"],
    scripts: { "stages:sweep": "alch-blocks sweep --metrics metrics" },
    tried: "stages:sweep",
  },
};

export const ALL_PARTS = Object.keys(PARTS) as Part[];
