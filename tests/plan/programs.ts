/** Random small programs as text, each with forms that people name resources by. */
import fc from "fast-check";
import type { Program } from "./compare.ts";

/** The stages that each program is deployed in. */
export const STAGES = ["prod", "staging", "dev", "pr-1", "pr-27"] as const;

/** What a program collects while it is written. */
class Writer {
  readonly raw = new Set<string>();
  readonly blocks = new Set<string>();
  /** Functions and tables that stand before the resources. */
  readonly helpers: string[] = [];
  #count = 0;

  constructor(
    /** The variable that has the stage. */
    readonly stage: string,
  ) {}

  fresh(word: string): string {
    this.#count += 1;
    return `${word}${this.#count}`;
  }
}

/** An expression for a condition on the stage. */
type Condition = (writer: Writer, stage: string) => string;
/** An expression for a name, with a base of its own. */
type Name = (writer: Writer, stage: string, base: string) => string;

const stageText = fc.constantFrom("prod", "staging", "dev", "pr-1", "test");
const list = fc.uniqueArray(stageText, { minLength: 1, maxLength: 3 });
const quoted = (texts: readonly string[]) => texts.map((text) => JSON.stringify(text)).join(", ");

const plainCondition: fc.Arbitrary<Condition> = fc.oneof(
  stageText.map(
    (text): Condition =>
      (_, stage) =>
        `${stage} === "${text}"`,
  ),
  stageText.map(
    (text): Condition =>
      (_, stage) =>
        `"${text}" !== ${stage}`,
  ),
  fc.constantFrom('startsWith("pr-")', 'endsWith("1")', 'includes("r")', 'startsWith("p")').map(
    (call): Condition =>
      (_, stage) =>
        `${stage}.${call}`,
  ),
  list.map(
    (texts): Condition =>
      (_, stage) =>
        `[${quoted(texts)}].includes(${stage})`,
  ),
  list.map(
    (texts): Condition =>
      (_, stage) =>
        `new Set([${quoted(texts)}]).has(${stage})`,
  ),
  fc.constantFrom("/^pr-\\d+$/", "/^p/i", "/o|a/").map(
    (regex): Condition =>
      (_, stage) =>
        `${regex}.test(${stage})`,
  ),
  fc
    .constantFrom(
      '.slice(0, 2) === "pr"',
      '.toUpperCase() === "PROD"',
      '.split("-")[0] === "pr"',
      '.replace("pr-", "") === "1"',
    )
    .map(
      (rest): Condition =>
        (_, stage) =>
          `${stage}${rest}`,
    ),
);

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    plainCondition,
    tie("condition").map(
      (one): Condition =>
        (w, stage) =>
          `!(${one(w, stage)})`,
    ),
    fc
      .tuple(tie("condition"), tie("condition"), fc.constantFrom("&&", "||"))
      .map(([one, other, sign]): Condition => {
        return (w, stage) => `(${one(w, stage)} ${sign} ${other(w, stage)})`;
      }),
  ),
}));

const plainName: fc.Arbitrary<Name> = fc.oneof(
  fc.constant<Name>((_, stage, base) => `\`${base}-\${${stage}}\``),
  fc.constant<Name>((_w, _stage, base) => `"${base}"`),
  fc.constant<Name>((_, stage, base) => `"${base}-" + ${stage}`),
  fc.constant<Name>((_, stage, base) => `["${base}", ${stage}].join("-")`),
  fc.constant<Name>((_, stage, base) => `"${base}-".concat(${stage})`),
  fc
    .constantFrom(
      "toLowerCase()",
      "replace(/[^a-z0-9]+/g, '-')",
      'replace("pr-", "preview-")',
      'replaceAll("-", "0")',
      "slice(0, 3)",
      "slice(-2)",
      "substring(1, 3)",
      'padStart(8, "x")',
      'split("-")[0]',
      'split("-").at(-1)',
      'split("-").join("0")',
    )
    .map(
      (call): Name =>
        (_, stage, base) =>
          `\`${base}-\${${stage}.${call}}\``,
    ),
);

/**
 * Bodies of functions that a loop, an error or a jump ends early, with a test and two names. The test is
 * a plain one: where nothing can throw by what is known, anything may, and the name is undecided.
 */
const ENDS: Record<string, (test: string, one: string, other: string) => string> = {
  breaks: (test, one, other) =>
    `let out = ${one}; for (const at of ["x", "y"]) { if (${test}) break; out = at + ${other}; } return out;`,
  goesOn: (test, one, other) =>
    `let out = ${one}; for (const at of ["x", "y"]) { if (at === "x" && ${test}) continue; out += at; if (at === "y") out += ${other}; } return out;`,
  returns: (test, one, other) =>
    `for (const at of ["x", "y"]) { if (at === "y" && ${test}) return at + ${one}; } return ${other};`,
  labels: (test, one, other) =>
    `let out = ${one}; all: for (const at of ["x", "y"]) { for (const to of ["1", "2"]) { if (to === "2") continue all; if (${test}) break all; out = at + to + ${other}; } } return out;`,
  block: (test, one, other) =>
    `let out = ${one}; here: { if (${test}) break here; out = ${other}; } return out;`,
  throws: (test, one, other) =>
    `try { if (${test}) throw new Error("no"); return ${one}; } catch { return ${other}; }`,
  catches: (test, one, other) =>
    `let out = ${one}; try { if (${test}) throw new Error("no"); out += "-t"; } catch { out = ${other}; } finally { out += "-f"; } return out;`,
  fails: (test, one, other) =>
    `const check = () => { if (${test}) throw new Error("no"); }; let out = ${one}; try { check(); out += "-c"; } catch { out += ${other}; } return out;`,
};

/** Bodies of functions that change an object, list or map by another name. */
const SHARED: Record<string, (test: string, one: string, other: string) => string> = {
  alias: (test, one, other) =>
    `const first = { n: ${one} }; const second = first; if (${test}) second.n = ${other}; return first.n;`,
  given: (test, one, other) =>
    `const all: Record<string, string> = { n: ${one} }; const fill = (o: Record<string, string>) => { if (${test}) o.n = ${other}; else o.m = "m"; }; fill(all); return all.n + (all.m ?? "u");`,
  inside: (test, one, other) =>
    `const inner = { n: ${one} }; const outer = { inner, list: [inner] }; if (${test}) outer.list[0].n = ${other}; return outer.inner.n + inner.n;`,
  chosen: (test, one, other) =>
    `const a = { n: ${one} }; const b = { n: ${other} }; const c = ${test} ? a : b; c.n = "c"; return a.n + "-" + b.n;`,
  listed: (test, one, other) =>
    `const list = [${one}]; const same = list; if (${test}) same.push(${other}); return list.join("-");`,
  mapped: (test, one, other) =>
    `const map = new Map<string, string>(); const same = map; if (${test}) same.set("k", ${other}); return map.get("k") ?? ${one};`,
};

const { name } = fc.letrec<{ name: Name }>((tie) => {
  const sub = tie("name");
  const names = fc.array(fc.tuple(list, sub), { minLength: 1, maxLength: 3 });
  return {
    name: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { arbitrary: plainName, weight: 4 },
      fc.tuple(condition, sub, sub).map(([test, yes, no]): Name => {
        return (w, stage, base) =>
          `(${test(w, stage)} ? ${yes(w, stage, `${base}y`)} : ${no(w, stage, `${base}n`)})`;
      }),
      fc.tuple(condition, sub, sub).map(([test, yes, no]): Name => {
        return (w, stage, base) =>
          `((${test(w, stage)} && ${yes(w, stage, `${base}y`)}) || ${no(w, stage, `${base}n`)})`;
      }),
      fc.tuple(names, sub).map(([entries, other]) => table(entries, other)),
      fc.tuple(names, sub).map(([entries, other]) => map(entries, other)),
      fc
        .tuple(names, sub, fc.constantFrom("switch", "fall", "let"))
        .map(([entries, other, form]) => choice(entries, other, form)),
      fc
        .tuple(
          fc.array(fc.tuple(condition, sub), { minLength: 1, maxLength: 3 }),
          sub,
          fc.boolean(),
        )
        .map(([branches, other, assigns]) => chain(branches, other, assigns)),
      fc
        .tuple(
          plainCondition,
          sub,
          sub,
          fc.constantFrom(...Object.keys(ENDS), ...Object.keys(SHARED)),
        )
        .map(([test, one, other, form]) => ended(test, one, other, form)),
      sub.map(
        (inner): Name =>
          (w, _stage, base) => {
            const helper = w.fresh("nameOf");
            w.helpers.push(`function ${helper}(s: string) { return ${inner(w, "s", base)}; }`);
            return `${helper}(${_stage})`;
          },
      ),
    ),
  };
});

function ended(test: Condition, one: Name, other: Name, form: string): Name {
  return (w, stage, base) => {
    const helper = w.fresh("made");
    const body = ENDS[form] ?? SHARED[form];
    const names = [one(w, "s", `${base}a`), other(w, "s", `${base}b`)] as const;
    const text = body?.(`(${test(w, "s")})`, ...names) ?? "";
    w.helpers.push(`function ${helper}(s: string) { ${text} }`);
    return `${helper}(${stage})`;
  };
}

type Entries = readonly (readonly [readonly string[], Name])[];

function unique(entries: Entries): [string, Name][] {
  return [...new Map(entries.flatMap(([keys, name]) => keys.map((key) => [key, name] as const)))];
}

function table(entries: Entries, other: Name): Name {
  return (w, stage, base) => {
    const rows = unique(entries).map(([key, name], at) => {
      return `"${key}": ${name(w, w.stage, `${base}t${at}`)}`;
    });
    const names = w.fresh("NAMES");
    w.helpers.push(`const ${names}: Record<string, string> = { ${rows.join(", ")} };`);
    return `(${names}[${stage}] ?? ${other(w, stage, `${base}o`)})`;
  };
}

function map(entries: Entries, other: Name): Name {
  return (w, stage, base) => {
    const rows = unique(entries).map(([key, name], at) => {
      return `["${key}", ${name(w, w.stage, `${base}m${at}`)}]`;
    });
    const names = w.fresh("names");
    w.helpers.push(`const ${names} = new Map<string, string>([${rows.join(", ")}]);`);
    return `(${names}.get(${stage}) ?? ${other(w, stage, `${base}o`)})`;
  };
}

/** `switch`: with returns, with cases that fall through, or with a variable. */
function choice(entries: Entries, other: Name, form: string): Name {
  return (w, stage, base) => {
    const helper = w.fresh("named");
    const seen = new Set<string>();
    const cases = entries.flatMap(([keys, name], at) => {
      const own = keys.filter((key) => !seen.has(key));
      for (const key of own) seen.add(key);
      if (own.length === 0) return [];
      const value = name(w, "s", `${base}c${at}`);
      const body = {
        switch: `return ${value};`,
        fall: `out += "${at}-"; ${at % 2 === 0 ? "" : "break;"}`,
        let: `out = ${value}; break;`,
      }[form];
      return [`${own.map((key) => `case "${key}":`).join(" ")} ${body}`];
    });
    const rest = other(w, "s", `${base}d`);
    const body = {
      switch: `switch (s) { ${cases.join(" ")} default: return ${rest}; }`,
      fall: `let out = "${base}"; switch (s) { ${cases.join(" ")} default: out += "d-"; } return out + s;`,
      let: `let out; switch (s) { ${cases.join(" ")} default: out = ${rest}; } return out;`,
    }[form];
    w.helpers.push(`function ${helper}(s: string) { ${body} }`);
    return `${helper}(${stage})`;
  };
}

/** A chain of `if`: with returns, or with a variable. */
function chain(
  branches: readonly (readonly [Condition, Name])[],
  other: Name,
  assigns: boolean,
): Name {
  return (w, stage, base) => {
    const helper = w.fresh("chosen");
    const parts = branches.map(([test, name], at) => {
      const value = name(w, "s", `${base}i${at}`);
      const then = assigns ? `{ out = ${value}; }` : `return ${value};`;
      return `if (${test(w, "s")}) ${then}`;
    });
    const rest = other(w, "s", `${base}e`);
    const body = assigns
      ? `let out; ${parts.join(" else ")} else { out = ${rest}; } return out;`
      : `${parts.join(" ")} return ${rest};`;
    w.helpers.push(`function ${helper}(s: string) { ${body} }`);
    return `${helper}(${stage})`;
  };
}

// --- Resources ----------------------------------------------------------------------------------

const KINDS = {
  database: { raw: "D1Database", block: "Database", option: "name" },
  bucket: { raw: "R2Bucket", block: "Bucket", option: "name" },
  kv: { raw: "KVNamespace", block: "KV", option: "title" },
  queue: { raw: "Queue", block: "Queue", option: "name" },
} as const;

/** A line that declares something, by a number that no other line has. */
type Line = (writer: Writer, number: number) => string;

const id = fc.constantFrom("db", "main.data", "a b", "x_y", "Ünï", "a/b", "a\\b", "q'q");

const raw: fc.Arbitrary<Line> = fc
  .tuple(fc.constantFrom(...(["database", "bucket", "kv", "queue"] as const)), id, fc.option(name))
  .map(
    ([kind, id, name]): Line =>
      (w, number) => {
        const { raw, option } = KINDS[kind];
        const made = raw === "Queue" ? "RawQueue" : raw;
        w.raw.add(raw === "Queue" ? "Queue as RawQueue" : raw);
        const named = name ? `, { ${option}: ${name(w, w.stage, `n${number}`)} }` : "";
        return `await ${made}(${JSON.stringify(id + number)}${named});`;
      },
  );

const block: fc.Arbitrary<Line> = fc
  .tuple(
    fc.constantFrom(...(["database", "bucket", "kv", "queue"] as const)),
    fc.option(fc.constantFrom("named", "pinned", "prefixed")),
    fc.option(condition),
  )
  .map(
    ([kind, form, test]): Line =>
      (w, number) => {
        const { block } = KINDS[kind];
        const base = JSON.stringify(`b${number}-base`);
        if (form === "prefixed") {
          w.blocks.add("createBlocks");
          const set = w.fresh("blocks");
          w.helpers.push(`const ${set} = createBlocks({ prefix: "team" });`);
          return `await ${set}.${block}(${base});`;
        }
        w.blocks.add(block);
        const option = kind === "kv" ? "title" : "name";
        const options = {
          named: `, { ${option}: "b${number}-other" }`,
          pinned: `, { pin: { prod: "b${number}-pinned" } }`,
        };
        const call = `await ${block}(${base}${form ? options[form] : ""});`;
        return test ? `if (${test(w, w.stage)}) { ${call} }` : call;
      },
  );

const worker: fc.Arbitrary<Line> = fc.tuple(fc.option(name), fc.option(name), fc.boolean()).map(
  ([name, flow, refers]): Line =>
    (w, number) => {
      w.raw.add("Worker").add("Workflow");
      const named = name ? `name: ${name(w, w.stage, `w${number}`)}, ` : "";
      if (!flow) return `await Worker("worker.${number}", { ${named}script: SCRIPT });`;
      const options = `workflowName: ${flow(w, w.stage, `f${number}`)}, className: "Onboarding"`;
      const first = `
      const flow${number} = Workflow("flow${number}", { ${options} });
      const host${number} = await Worker("host${number}", { ${named}script: SCRIPT, bindings: { FLOW: flow${number} } });`;
      if (!refers) return first;
      return `${first}
      const again${number} = Workflow("again${number}", { ${options}, scriptName: host${number}.name });
      await Worker("user${number}", { script: SCRIPT, bindings: { FLOW: again${number} } });`;
    },
);

const website: fc.Arbitrary<Line> = fc
  .tuple(fc.option(name), fc.constantFrom("Website", "Nuxt", "Astro"))
  .map(
    ([name, made]): Line =>
      (w, number) => {
        w.raw.add("Website");
        const named = name ? `name: ${name(w, w.stage, `s${number}`)}, ` : "";
        const rest = `script: "export default {}", cwd: FOLDER, assets: "dist", spa: false`;
        return `await Website("${made}-${number}", { ${named}${rest} });`;
      },
  );

/** Resources that some stages leave out, because something ends before them. */
const LEFT: Record<string, (test: string, kv: (id: string) => string, number: number) => string> = {
  loop: (test, kv, number) =>
    `for (const at of ["p", "q"]) { await KVNamespace(at + ${number}, { title: \`\${at}${number}-x\` }); if (${test}) break; } ${kv("e")}`,
  returns: (test, kv, number) =>
    `const some${number} = async () => { for (const at of ["p", "q"]) { if (at === "q" && ${test}) return; await KVNamespace(at + ${number}); } ${kv("e")} }; await some${number}();`,
  tries: (test, kv) =>
    `try { if (${test}) throw new Error("no"); ${kv("t")} } catch { ${kv("c")} } finally { ${kv("f")} } ${kv("e")}`,
  rejects: (test, kv, number) =>
    `const no${number} = async () => { if (${test}) throw new Error("no"); ${kv("n")} }; await no${number}().catch(() => {}); ${kv("e")}`,
  rethrows: (test, kv, number) =>
    `const out${number} = async () => { try { if (${test}) throw new Error("no"); ${kv("t")} } catch (error) { ${kv("c")} throw error; } ${kv("e")} }; await out${number}().catch(() => {}); ${kv("g")}`,
};

const { line } = fc.letrec<{ line: Line }>((tie) => {
  const body = fc.array(tie("line"), { minLength: 1, maxLength: 2 });
  const all = (lines: readonly Line[], w: Writer, number: number) =>
    lines.map((one, at) => one(w, number * 10 + at)).join("\n");
  return {
    line: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { arbitrary: raw, weight: 6 },
      { arbitrary: block, weight: 4 },
      { arbitrary: worker, weight: 2 },
      { arbitrary: website, weight: 1 },
      fc.tuple(body, fc.constantFrom("api", "a.b", "back end")).map(([lines, scope]): Line => {
        return (w, number) =>
          `await alchemy.run(${JSON.stringify(scope + number)}, async () => {\n${all(lines, w, number)}\n});`;
      }),
      fc.tuple(condition, name, fc.boolean()).map(
        ([test, named, isAnd]): Line =>
          (w, number) => {
            w.raw.add("KVNamespace");
            const title = `{ title: ${named(w, w.stage, `p${number}`)} }`;
            const spread = isAnd
              ? `...(${test(w, w.stage)} && ${title})`
              : `...(${test(w, w.stage)} ? ${title} : {})`;
            return `await KVNamespace("spread${number}", { ${spread} });`;
          },
      ),
      fc.tuple(name, name).map(
        ([one, other]): Line =>
          (w, number) => {
            w.raw.add("KVNamespace");
            const table = w.fresh("TITLES");
            const rows = `x: ${one(w, w.stage, `q${number}`)}, y: ${other(w, w.stage, `r${number}`)}`;
            w.helpers.push(`const ${table} = { ${rows} };`);
            return `for (const [id, title] of Object.entries(${table})) await KVNamespace(id + ${number}, { title });`;
          },
      ),
      fc.tuple(condition, name).map(
        ([test, named]): Line =>
          (w, number) => {
            w.raw.add("KVNamespace");
            const helper = w.fresh("many");
            const skip = `if (${test(w, "at")}) continue;`;
            const title = named(w, "at", `m${number}`);
            w.helpers.push(`async function ${helper}({ ids, at = ${w.stage} }: { ids: string[]; at?: string }) {
  for (const id of ids) { ${skip} await KVNamespace(id, { title: \`\${id}-\${${title}}\` }); }
}`);
            return `await ${helper}({ ids: ["m${number}", "l${number}"] });`;
          },
      ),
      fc.tuple(plainCondition, fc.constantFrom(...Object.keys(LEFT))).map(([test, form]): Line => {
        return (w, number) => {
          w.raw.add("KVNamespace");
          const kv = (id: string) =>
            `await KVNamespace("${id}${number}", { title: \`${id}${number}-\${${w.stage}}\` });`;
          return LEFT[form]?.(`(${test(w, w.stage)})`, kv, number) ?? "";
        };
      }),
      name.map(
        (named): Line =>
          (w, number) => {
            w.raw.add("KVNamespace");
            const title = `\`\${id}-\${${named(w, w.stage, `a${number}`)}}\``;
            return `await Promise.all(["a${number}", "c${number}"].map(async (id) => KVNamespace(id, { title: ${title} })));`;
          },
      ),
      // Directly in the root scope, a deploy refuses it.
      body.map(
        (lines): Line =>
          (w, number) => {
            const inside = `alchemy.run("in-root${number}", async () => {\n${all(lines, w, number)}\n})`;
            return `await app.run(() => ${inside});`;
          },
      ),
      fc.tuple(body, body).map(
        ([inner, outer]): Line =>
          (w, number) => {
            const outside = all(outer, w, number * 10);
            const inside = all(inner, w, number * 10 + 1);
            return `await alchemy.run("scope${number}", async (scope${number}) => {
${outside}
await alchemy.run("inner", () => scope${number}.run(async () => {\n${inside}\n}));
});`;
          },
      ),
      body.map(
        (lines): Line =>
          (w, number) => {
            const made = w.fresh("Custom");
            return `const ${made} = Resource("custom::${made}", async function (this: any, id: string) {
if (this.phase === "delete") return this.destroy();
${all(lines, w, number)}
return { id };
});
await ${made}("custom.${number}", {});`;
          },
      ),
      fc.tuple(condition, body, fc.option(body)).map(
        ([test, yes, no]): Line =>
          (w, number) => {
            const other = no ? ` else {\n${all(no, w, number * 10 + 1)}\n}` : "";
            return `if (${test(w, w.stage)}) {\n${all(yes, w, number * 10)}\n}${other}`;
          },
      ),
      fc.tuple(list, body).map(
        ([stages, lines]): Line =>
          (w, number) => {
            const cases = stages.map((stage) => `case "${stage}":`).join(" ");
            return `switch (${w.stage}) { ${cases} {\n${all(lines, w, number)}\n} }`;
          },
      ),
      name.map(
        (named): Line =>
          (w, number) => {
            const helper = w.fresh("store");
            w.raw.add("KVNamespace");
            w.helpers.push(
              `const ${helper} = (id: string, title: string) => KVNamespace(id, { title });`,
            );
            return `await ${helper}("kv${number}", ${named(w, w.stage, `h${number}`)});`;
          },
      ),
      fc.constant<Line>((w, number) => {
        w.raw.add("KVNamespace");
        return `for (const one of ["x", "y"]) await KVNamespace(\`\${one}-${number}\`);`;
      }),
    ),
  };
});

// --- Programs -----------------------------------------------------------------------------------

/** How the stage reaches `alchemy()` and the names. */
interface Opening {
  code: string;
  stage: string;
  environment?: (stage: string) => Readonly<Record<string, string>>;
}

const byVariable = (stage: string) => ({ DEPLOY_STAGE: stage });
const byNumber = (stage: string): Record<string, string> => {
  const number = /^pr-(\d+)$/.exec(stage)?.[1];
  return number === undefined ? { BRANCH: stage } : { PR_NUMBER: number };
};

const OPENINGS: readonly Opening[] = [
  { code: `const app = await alchemy("shop");`, stage: "app.stage" },
  { code: `const app = await alchemy("shop");\nconst { stage } = app;`, stage: "stage" },
  {
    code: `const stage = process.argv[3] || "dev";\nconst app = await alchemy("shop", { stage });`,
    stage: "stage",
  },
  {
    code: `const [, stage = "dev"] = process.argv.slice(2);\nconst app = await alchemy("shop", { stage });`,
    stage: "stage",
  },
  {
    code: `const stage = process.env.DEPLOY_STAGE ?? "dev";\nconst app = await alchemy("shop", { stage });`,
    stage: "stage",
    environment: byVariable,
  },
  {
    code: `const stage = process.env.DEPLOY_STAGE ?? "dev";\nconst app = await alchemy(stage, { stage });`,
    stage: "stage",
    environment: byVariable,
  },
  {
    code: `const stage = process.env.PR_NUMBER ? \`pr-\${process.env.PR_NUMBER}\` : (process.env.BRANCH ?? "dev");\nconst app = await alchemy("shop", { stage });`,
    stage: "stage",
    environment: byNumber,
  },
  {
    code: `const config = { stage: process.env.DEPLOY_STAGE || "dev" };\nconst app = await alchemy("shop", { stage: config.stage });`,
    stage: "config.stage",
    environment: byVariable,
  },
];

export const programs: fc.Arbitrary<Program> = fc
  .tuple(fc.constantFrom(...OPENINGS), fc.array(line, { minLength: 1, maxLength: 4 }))
  .map(([opening, lines]) => written(opening, lines));

function written({ code, stage, environment }: Opening, lines: readonly Line[]): Program {
  const writer = new Writer(stage);
  const body = lines.map((line, at) => line(writer, at + 1));
  const imports = [
    `import alchemy, { Resource } from "alchemy";`,
    `import { ${[...writer.raw].join(", ")} } from "alchemy/cloudflare";`,
    `import { ${[...writer.blocks].join(", ")} } from "@alch/blocks";`,
    `import { FOLDER, SCRIPT } from "./script.ts";`,
  ].filter((line) => !line.includes("{  }"));
  const text = [...imports, code, ...writer.helpers, ...body, "await app.finalize();", ""];
  return { text: text.join("\n"), environment: environment ?? (() => ({})) };
}
