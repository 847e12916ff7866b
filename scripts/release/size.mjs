// Whether the core has grown by more than it may without somebody having said why.
const SPARE = 1.05;

/**
 * `bench/size.json` has the sizes that were agreed on, in bytes, and the line of the change log
 * that gives the reason for the last growth.
 */
export function grown(sizes, read) {
  const { reason, ...agreed } = JSON.parse(read("bench/size.json"));
  const faults = Object.entries(agreed)
    .filter(([key, bytes]) => !(sizes[key] <= bytes * SPARE))
    .map(([key, bytes]) => {
      const percent = ((sizes[key] / bytes - 1) * 100).toFixed(1);
      return `${key}: ${sizes[key]} bytes are ${percent} % more than the ${bytes} of bench/size.json; make it smaller, or write the new sizes and the reason there and in CHANGELOG.md`;
    });
  if (Object.keys(agreed).length === 0) faults.push("bench/size.json has no sizes");
  if (reason !== null && !read("CHANGELOG.md").replace(/\s+/g, " ").includes(reason)) {
    faults.push(`CHANGELOG.md lacks the reason that bench/size.json gives: \`${reason}\``);
  }
  return faults;
}
