/** Programs with one resource of each kind, bound to a Worker. */
import { ALL_KINDS, KINDS, type Kind } from "../../ts/kinds.ts";
import { BLOCKS, baseOf, idOf, TABLE } from "./table.ts";

/** A Worker cannot bind all that there is. */
const isBound = (kind: Kind) => kind !== "worker" && KINDS[kind].binding !== "";

/** The declaration of a kind, by the function that makes it and the options that name it. */
function declared(kind: Kind, make: string, naming: string): string {
  const { options = "" } = TABLE[kind];
  const bindings = BLOCKS.filter(({ kind }) => isBound(kind)).map((spec) => idOf(spec.kind));
  const bound = kind === "worker" ? `, bindings: { ${bindings.join(", ")} }` : "";
  // The functions of classes return at once.
  const given = [naming, options].filter(Boolean).join(", ");
  return `const ${idOf(kind)} = await ${make}("${idOf(kind)}", { ${given}${bound} });`;
}

const wrapped = (imports: string, body: string) => `
import alchemy from "alchemy";
${imports}
const app = await alchemy("shop", { quiet: true, noTrack: true, password: "x" });
${body}
await app.finalize();
`;

/** Alchemy's own functions, with the stage in each name as developers write it. */
export function rawProgram(): string {
  const kinds = [...BLOCKS.map(({ kind }) => kind), "worker" as const];
  const all = [...new Set(kinds)].map((kind) => {
    const { alchemy } = KINDS[kind];
    const [option] = alchemy.naming;
    const naming = option ? `${option}: \`${baseOf(kind)}-\${app.stage}\`` : "";
    return declared(kind, alchemy.function, naming);
  });
  const names = [...new Set(kinds)].map((kind) => KINDS[kind].alchemy.function);
  const imports = `import { ${names.join(", ")} } from "alchemy/cloudflare";`;
  return wrapped(imports, all.join("\n"));
}

/** The blocks of Alchemy 2, which are Effects. Its Worker binds them under other names than their classes. */
export function blocks2(): string {
  const rest = ALL_KINDS.filter(({ kind }) => kind !== "worker").map(({ kind, alchemy2 }) => {
    const { options2 = "" } = TABLE[kind];
    return `const ${idOf(kind)} = ${isBound(kind) ? "" : "yield* "}ours.${alchemy2.block}("${baseOf(kind)}", { ${options2} });`;
  });
  const { options2 } = TABLE.worker;
  const env = ALL_KINDS.filter(({ kind }) => isBound(kind)).map(({ kind }) => {
    return `${idOf(kind).toUpperCase()}: ${idOf(kind)}`;
  });
  const worker = `yield* ours.Worker("${baseOf("worker")}", { ${options2}, env: { ${env.join(", ")} } });`;
  return [...rest, worker].join("\n");
}
