import tseslint from "typescript-eslint";
import blocks from "./rule.mjs";

/** No more than the one rule, and no types: whatever else people check costs them extra. */
export default [
  {
    files: ["**/*.ts"],
    languageOptions: { parser: tseslint.parser },
    plugins: { blocks },
    rules: { "blocks/names": "error" },
  },
];
