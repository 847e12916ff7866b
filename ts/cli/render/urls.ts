/** The URLs of a stage, for a person and for GitLab. */
import type { WorkerUrls } from "../urls/find.ts";
import { table } from "./table.ts";
import { createColors, visible } from "./text.ts";

export function urlsText(workers: readonly WorkerUrls[], stage: string, color: boolean): string {
  if (workers.length === 0) return `no Worker of stage \`${visible(stage)}\` is deployed\n`;
  const { dim } = createColors(color);
  const rows = workers.flatMap(({ app, id, urls }) => {
    const first = [visible(app), visible(id)];
    const [url = dim("no URL"), ...more] = urls;
    return [[...first, url], ...more.map((one) => ["", "", one])];
  });
  return `${table([["app", "Worker", "URL"].map(dim), ...rows])}\n`;
}

/** The first URL as a variable, in the form that GitLab reads from `reports: dotenv`. */
export function urlsDotenv(workers: readonly WorkerUrls[]): string {
  const [first] = workers.flatMap(({ urls }) => urls);
  return first === undefined ? "" : `PREVIEW_URL=${first}\n`;
}
