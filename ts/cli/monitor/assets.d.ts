// Texts that the build puts in; scripts/assets.mjs says from where.

declare module "#dashboard-script" {
  const text: string;
  export default text;
}

declare module "#dashboard-style" {
  const text: string;
  export default text;
}

declare module "#ci/*" {
  const text: string;
  export default text;
}

/** The program that `init --app` writes: its files by their paths, and what checks its types. */
declare module "#start" {
  const start: {
    files: Readonly<Record<string, string>>;
    types: Readonly<Record<string, string>>;
  };
  export default start;
}
