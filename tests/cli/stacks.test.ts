/** Which files `--evaluate` runs. */
import { expect, test } from "bun:test";
import { isStack } from "../../ts/cli/evaluate/stack.ts";

const IMPORTS = ["alchemy", "alchemy/Cloudflare", "effect/Effect"];

test.each([
  'export default Alchemy.Stack("shop", {}, Effect.void);',
  'const app = Stack("shop", {}, Effect.void);\nexport default app;',
  'export default class Shop extends Alchemy.Stack<Shop>()("shop", {}, Effect.void) {}',
  "export default Shop.make({}, Effect.void);",
])("%s is one", (text) => {
  expect(isStack(IMPORTS, text)).toBe(true);
  expect(isStack(["alchemy", "effect"], text)).toBe(true);
  // 0.94 has modules of the same name.
  expect(isStack(["alchemy", "alchemy/cloudflare"], text)).toBe(false);
});

test.each([
  "export default Cloudflare.Worker('api', {}, Effect.gen(function* () { yield* Alchemy.Stack; }));",
  'export const app = Alchemy.Stack("shop", {}, Effect.void);',
  "export default { fetch() {} };",
])("%s is none", (text) => {
  expect(isStack(IMPORTS, text)).toBe(false);
});
