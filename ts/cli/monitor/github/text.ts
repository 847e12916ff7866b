/** What the issues of the monitor say, and the marks by which it finds them again. */
import { createHash } from "node:crypto";
import { cell, code, cut, message } from "../../github/markdown.ts";
import { count, visible } from "../../render/text.ts";
import type { MonitorFinding } from "../report.ts";
import { SEVERITY_NOUNS } from "../sums.ts";

/** What an issue is about, as it stands hidden in its first line. */
export interface Mark {
  fingerprint: string;
  kind: string;
  /** A hash of what is worth a comment when it changes. */
  facts: string;
  /** A hash of all that the issue says. */
  content: string;
}

const TITLE = 200;
/** An issue holds 65,536 characters; a row has some 1,900 at most. */
const CLAIMS = 20;

export function titleOf({ code, kind, name }: MonitorFinding): string {
  return cut(visible(`${code}: ${kind} ${name}`), TITLE);
}

export function bodyOf(finding: MonitorFinding): string {
  const { severity, code: what, kind, name, message: said, help } = finding;
  return [
    hidden(markOf(finding)),
    `**${SEVERITY_NOUNS[severity]}** · ${code(what)} · ${code(kind)} · ${code(name)}`,
    `### What is wrong\n\n${message(said)}`,
    `### What to do\n\n${message(help)}`,
    claims(finding),
    "---\n\nThe collision monitor keeps this issue: it closes it once the finding is gone, and opens it again when it comes back. What is written in here is overwritten; notes belong into comments. Closing it as *not planned* silences the finding.",
  ].join("\n\n");
}

function hidden({ fingerprint, kind, facts, content }: Mark): string {
  // Encoded, nothing can end the comment.
  const parts = [fingerprint, kind].map((part) => encodeURIComponent(part.toWellFormed()));
  return `<!-- alch-blocks:monitor ${[...parts, facts, content].join(" ")} -->`;
}

export function markOf(finding: MonitorFinding): Mark {
  const { fingerprint, kind, severity, code, name, message, help, claims } = finding;
  const who = claims
    .map(({ app, stage, id, source }) => JSON.stringify([app, stage, id, source]))
    .sort();
  return {
    fingerprint,
    kind,
    // Not the message: it has numbers in it that change every day.
    facts: hash([severity, who]),
    content: hash([severity, code, kind, name, message, help, who]),
  };
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

/** The mark of an issue; nothing where it is none of the monitor's. */
export function readMark(body: string | null | undefined): Mark | undefined {
  const found = /^<!-- alch-blocks:monitor (\S+) (\S+) (\S+) (\S+) -->/.exec(body ?? "");
  if (!found) return undefined;
  try {
    const [fingerprint = "", kind = "", facts = "", content = ""] = found
      .slice(1)
      .map(decodeURIComponent);
    return { fingerprint, kind, facts, content };
  } catch {
    return undefined;
  }
}

function claims({ name, claims: all }: MonitorFinding): string {
  if (all.length === 0) return "";
  const rows = all
    .slice(0, CLAIMS)
    .map(({ app, stage, id, source }) =>
      [stage, app, id, source].map((text) => (text === null ? "—" : cell(text))),
    );
  const more = all.length - CLAIMS;
  return [
    `### Who claims ${code(name)}`,
    "",
    "| stage | app | id | seen in |",
    "| --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    ...(more > 0 ? ["", `and ${count(more, "more claim")}.`] : []),
  ].join("\n");
}

/** What a comment is about; two of one kind in a row say nothing new. */
export type Event = "gone" | "back" | `changed-${string}` | `duplicate-${number}`;

export function commentOf(event: Event, text: string): string {
  return `<!-- alch-blocks:event ${event} -->\n${text}`;
}

export function readEvent(body: string | null | undefined): string | undefined {
  return /^<!-- alch-blocks:event (\S+) -->/.exec(body ?? "")?.[1];
}

export function changed(finding: MonitorFinding): string {
  return `The finding has changed. It is of severity **${SEVERITY_NOUNS[finding.severity]}** now.\n\n${claims(finding)}`;
}
