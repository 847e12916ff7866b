// `raw-resource` and `fixed-name` as a rule of ESLint, as far as one file tells: who imports what,
// and whether the option that names the resource has anything in it that can change.
const NAMING = { D1Database: "name", R2Bucket: "name", KVNamespace: "title", Queue: "name" };

function optionOf(call, key) {
  const options = call.arguments[1];
  if (options?.type !== "ObjectExpression") return undefined;
  return options.properties.find(
    (property) => property.type === "Property" && property.key.name === key,
  )?.value;
}

const isFixed = (value) =>
  value?.type === "Literal" ||
  (value?.type === "TemplateLiteral" && value.expressions.length === 0);

const names = {
  meta: {
    type: "problem",
    schema: [],
    messages: { raw: "a raw {{kind}}", fixed: "a name without the stage" },
  },
  create(context) {
    const imported = new Map();
    return {
      ImportDeclaration({ source, specifiers }) {
        if (source.value !== "alchemy/cloudflare") return;
        for (const one of specifiers) {
          if (one.type === "ImportSpecifier") imported.set(one.local.name, one.imported.name);
        }
      },
      CallExpression(node) {
        const kind = node.callee.type === "Identifier" ? imported.get(node.callee.name) : undefined;
        const key = kind && NAMING[kind];
        if (!key) return;
        context.report({ node, messageId: "raw", data: { kind } });
        const value = optionOf(node, key);
        if (isFixed(value)) context.report({ node: value, messageId: "fixed" });
      },
    };
  },
};

export default { rules: { names } };
