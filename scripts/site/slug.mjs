/** The anchor of a heading, as GitHub makes it: links in the pages are written for that. */
export function slugOf(title) {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

/** The text of a heading, without its links and backticks. */
export const plain = (title) => title.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
