/** The script of the dashboard: shows the data that stands in the page. */
import type { View } from "../view.ts";
import { cost } from "./cost.ts";
import { make } from "./dom.ts";
import { findings } from "./findings.ts";
import { history } from "./history.ts";
import { matrix } from "./matrix.ts";
import { header, now, unknowns } from "./now.ts";
import { quotas } from "./quotas.ts";
import { stages } from "./stages.ts";

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`there is no \`${id}\` in the page`);
  return found;
}

const view = JSON.parse(element("data").textContent ?? "") as View;
const { current } = view;
const main = make(
  "main",
  {},
  now(view),
  unknowns(current.unknown),
  findings(current.findings),
  stages(current, view.updatedAt),
  matrix(current.summary.matrix, current.findings),
  quotas(current.summary.quotas),
  cost(current, view.history),
  history(view.history),
);
element("page").replaceChildren(header(view), main);
