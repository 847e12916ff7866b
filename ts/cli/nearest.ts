/** Which of the words that are known was probably meant. */
import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { closest, distance } from "fastest-levenshtein";

/** Two letters that changed places are two changes. */
const FAR = 2;

/** The word of which `word` is the beginning, or else the one that is written almost alike. */
function meantBy(word: string, known: readonly string[]): string | undefined {
  const started = known.filter((one) => one.startsWith(word));
  if (word.length > 1 && started.length === 1) return started[0];
  // `pr-1` is no `pr-2` and no `prod`: who types a number means it.
  const others = known.filter((one) => digitsIn(one) === digitsIn(word) && one !== word);
  if (others.length === 0) return undefined;
  const found = closest(word, others);
  const most = Math.min(FAR, Math.floor(word.length / 2));
  return distance(word, found) <= most ? found : undefined;
}

function digitsIn(text: string): string {
  return text.replaceAll(/\D+/g, " ").trim();
}

/** `help` behind a question for what was meant, if something known is near. */
export function didYouMean(word: string, known: readonly string[], help = ""): string {
  const meant = meantBy(word, known);
  if (meant === undefined) return help;
  return `did you mean \`${meant}\`?${help && ` ${help}`}`;
}

/** The same for a path that does not exist: by its neighbours. */
export function didYouMeanPath(path: string, written: string, help = ""): string {
  const folder = written.slice(0, written.lastIndexOf(basename(path)));
  const known = namesIn(dirname(path)).map((name) => `${folder}${name}`);
  return didYouMean(written, known, help);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
