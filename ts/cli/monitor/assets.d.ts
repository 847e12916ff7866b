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
