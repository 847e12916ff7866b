// Made from src/alchemy.rs by `npm run generate`. Do not edit.

/** Alchemy 0.x. A later patch of the same minor version counts as known. */
export const ALCHEMY: readonly string[] = [
  "0.81.3",
  "0.82.2",
  "0.83.3",
  "0.84.0",
  "0.85.2",
  "0.86.0",
  "0.87.0",
  "0.89.0",
  "0.90.1",
  "0.91.2",
  "0.93.12",
  "0.94.0",
];

/** Alchemy 2. No other version counts as known. */
export const ALCHEMY_2: readonly string[] = ["2.0.0-beta.77", "2.0.0-beta.78", "2.0.0-beta.79"];

/** What installs the newest of these. It starts only beside these versions of Effect, and npm would take newer ones. */
export const INSTALL_2 =
  "npm install --save-exact alchemy@2.0.0-beta.79 effect@4.0.0-rc.115 @effect/platform-node@4.0.0-rc.115 @effect/platform-node-shared@4.0.0-rc.115";
