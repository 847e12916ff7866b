// The core is at most as large as `bench/size.json` says, in bytes.

export function sizeFaults(sizes, read) {
  const limits = Object.entries(JSON.parse(read("bench/size.json")));
  if (limits.length === 0) return ["bench/size.json has no limits"];
  return limits
    .filter(([key, limit]) => !(sizes[key] <= limit))
    .map(
      ([key, limit]) =>
        `the core has ${sizes[key]} bytes (${key}), the limit is ${limit}: make it smaller`,
    );
}
