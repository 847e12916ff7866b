/** Completion, in the shells themselves. */
import { describe, expect, test } from "bun:test";
import { cli, Folder, MAIN } from "./cli.ts";

/** Stages that would run something if a shell took them for source, and one that is an option. */
const HOSTILE = [
  "$(touch pwned)",
  "`touch pwned`",
  "x;touch pwned;",
  "x|touch pwned",
  "x\ntouch pwned",
  "--write",
  "~",
  "*",
  "x$HOME",
  "=touch",
  "{a,b}",
  "a b",
];

function withStages(stages: readonly string[], app = "shop"): Folder {
  const folder = new Folder();
  for (const stage of stages) {
    const output = { id: "1", name: "shop-db", type: "d1" };
    const about = { id: "db", kind: "cloudflare::D1Database", fqn: `${app}/${stage}/db`, seq: 1 };
    const row = {
      ...about,
      status: "created",
      data: {},
      output,
      props: {},
      scope: `${app}/${stage}`,
    };
    folder.write(`.alchemy/${app}/${stage}/db.json`, JSON.stringify(row));
  }
  return folder;
}

async function run(command: readonly string[], cwd: string): Promise<string> {
  const child = Bun.spawn([...command], { cwd, stdout: "pipe", stderr: "pipe", stdin: "ignore" });
  const [out, error] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect(error).toBe("");
  return out;
}

/** What a shell offers for the word at the end of `line`. */
type Shell = (folder: Folder, line: string) => Promise<string[]>;

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

async function script(folder: Folder, shell: string): Promise<string> {
  const { out } = await cli(folder.path, ["completion", shell]);
  return folder.write(`completion.${shell}`, out);
}

const bash: Shell = async (folder, line) => {
  const ask = `
    source ${quoted(await script(folder, "bash"))}
    COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
    COMP_LINE=${quoted(line)}
    COMP_POINT=\${#COMP_LINE}
    _alch_blocks ${line.split(" ")[0]}
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = await run(["bash", "--noprofile", "--norc", "-c", ask], folder.path);
  return out.split("\n").filter(Boolean);
};

const zsh: Shell = async (folder, line) => {
  const words = line.split(" ");
  const ask = `
    _describe() { print -rl -- "\${(@P)2}" }
    _files() { print -r -- :files }
    _default() { print -r -- :default }
    compset() { }
    source ${quoted(await script(folder, "zsh"))}
    service=${words[0]}
    words=(${words.map(quoted).join(" ")})
    CURRENT=${words.length}
    PREFIX=${quoted(words.at(-1) ?? "")}
    _alch_blocks`;
  const out = await run(["zsh", "-f", "-c", ask], folder.path);
  return out.split("\n").flatMap((one) => one.split(/(?<!^):/)[0] || []);
};

const fish: Shell = async (folder, line) => {
  const ask = `source ${quoted(await script(folder, "fish"))}; complete -C ${quoted(line)}`;
  const out = await run(["fish", "--no-config", "-c", ask], folder.path);
  return out.split("\n").flatMap((one) => one.split("\t")[0] || []);
};

/** Bash puts together again what it has split at `=`; zsh and fish have the whole word. */
const SHELLS = [
  { name: "bash", offers: bash, front: "" },
  { name: "zsh", offers: zsh, front: "--stage=" },
  { name: "fish", offers: fish, front: "--stage=" },
];

describe.each(SHELLS)("$name", ({ name, offers, front }) => {
  const inShell = test.skipIf(Bun.which(name) === null);

  inShell("completes commands, options and their values", async () => {
    using folder = withStages(["prod", "pr-7"]);
    folder.write("alch-blocks.json", '{ "stages": ["staging", "prod"] }');
    expect(await offers(folder, "alch-blocks ")).toContain("check");
    expect(await offers(folder, "alch-blocks st")).toEqual(["stages", "state"]);
    expect(await offers(folder, "alch-blocks help des")).toEqual(["destroy"]);
    expect(await offers(folder, "alch-blocks state ")).toEqual(["disarm"]);
    expect(await offers(folder, "alch-blocks check --fail")).toEqual(["--fail-on"]);
    expect(await offers(folder, "alch-blocks check --fail-on w")).toEqual(["warning"]);
    expect(await offers(folder, "alch-blocks init mon")).toEqual(["monitor"]);
    expect((await offers(folder, "alch-blocks stages --app ")).sort()).toEqual(["shop"]);
    const stages = ["pr-7", "prod", "staging"];
    expect((await offers(folder, "alch-blocks plan --stage ")).sort()).toEqual(stages);
    const after = await offers(folder, "alch-blocks plan --verbose --stage=pro");
    expect(after).toEqual([`${front}prod`]);
    expect(await offers(folder, "alch-blocks plan --stage prod,st")).toEqual(["prod,staging"]);
    // What is in the list already is not offered again.
    const others = ["prod,pr-7", "prod,staging"];
    expect((await offers(folder, "alch-blocks plan --stage prod,")).sort()).toEqual(others);
  });

  inShell("completes behind `npx`, and nothing else that `npx` runs", async () => {
    using folder = withStages(["prod"]);
    for (const runner of ["npx @alch/blocks", "npx -y alch-blocks", "bunx @alch/blocks"]) {
      expect(await offers(folder, `${runner} check --fail-o`)).toEqual(["--fail-on"]);
      expect(await offers(folder, `${runner} destroy --stage `)).toEqual(["prod"]);
    }
    expect(await offers(folder, "npx tsc check --fail-o")).not.toContain("--fail-on");
  });

  inShell("offers no stage that a shell would run or take apart", async () => {
    using folder = withStages([...HOSTILE.map((one) => one.replaceAll("/", "")), "prod"]);
    const before = ["check --stage ", "check --stage=", "check --stage dev,", "destroy --stage "];
    for (const line of [...before, "check --stage '$(touch pwned)' --stage "]) {
      const offered = await offers(folder, `alch-blocks ${line}`);
      expect(offered.map((one) => one.split(/[=,]/).at(-1))).toEqual(["prod"]);
    }
    expect(await Bun.file(`${folder.path}/pwned`).exists()).toBe(false);
  });
});

test("what is typed is no command for bash", async () => {
  using folder = withStages(["prod"]);
  for (const line of ["check $(touch pwned) --fail-o", "check `touch pwned` --fail-o"]) {
    expect(await bash(folder, `alch-blocks ${line}`)).toEqual(["--fail-on"]);
  }
  expect(await Bun.file(`${folder.path}/pwned`).exists()).toBe(false);
});

describe("a terminal", () => {
  const inTerminal = test.skipIf(Bun.which("script") === null);

  inTerminal("gets the only stage, with nothing run, on Tab in bash", async () => {
    using folder = withStages(["$(touch pwned)", "prod"]);
    await script(folder, "bash");
    folder.write("rc", `PS1='> '; source completion.bash; alch-blocks() { echo "<$*>"; }\n`);
    const shell = ["script", "-qec", "bash --noprofile --rcfile rc -i", "/dev/null"];
    const child = Bun.spawn(shell, { cwd: folder.path, stdin: "pipe", stdout: "pipe" });
    const reader = child.stdout.getReader();
    let seen = "";
    const until = async (text: string) => {
      while (!seen.includes(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`it ended with ${seen}`);
        seen += new TextDecoder().decode(value);
      }
    };
    await until("> ");
    child.stdin.write("alch-blocks destroy --stag\t");
    await until("--stage ");
    child.stdin.write("\t");
    await until("--stage prod ");
    child.stdin.write("\n");
    await until("<destroy --stage prod>");
    child.stdin.write("exit\n");
    await child.stdin.end();
    await child.exited;
    expect(await Bun.file(`${folder.path}/pwned`).exists()).toBe(false);
  });
});

describe("the command", () => {
  test("without a shell, it says how to install each", async () => {
    using folder = new Folder();
    const ended = await cli(folder.path, ["completion"]);
    // Whoever sends the output to a file must not load this.
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.error).toStartWith("error: `completion` needs a shell:\n");
    for (const shell of ["bash", "zsh", "fish"]) {
      expect(ended.error).toContain(`\n  # ${shell}\n  npx @alch/blocks completion ${shell} > ~/`);
      const { out } = await cli(folder.path, ["completion", "--help"]);
      expect(out).toContain(`npx @alch/blocks completion ${shell} > ~/`);
    }
  });

  test("says which shells there are", async () => {
    using folder = new Folder();
    const ended = await cli(folder.path, ["completion", "tcsh"]);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.error).toContain("use one of `bash`, `zsh`, `fish`");
  });

  test("quotes the place of the package", async () => {
    using folder = new Folder();
    const { out } = await cli(folder.path, ["completion", "bash"]);
    expect(out).toContain(`'${MAIN}' __complete`);
  });

  test("says nothing where the state or the config cannot be read", async () => {
    using folder = withStages(["prod"]);
    folder.write(".alchemy/shop/prod/broken.json", "{");
    const offered = () => cli(folder.path, ["__complete", "check", "--stage", ""]);
    expect(await offered()).toEqual({ code: 0, out: "prod\t\n", error: "" });
    folder.write("alch-blocks.json", "{");
    expect(await offered()).toEqual({ code: 0, out: "", error: "" });
  });

  test("leaves files to the shell", async () => {
    using folder = new Folder();
    for (const words of [
      ["check", ""],
      ["check", "--state", ""],
      ["migrate", "--undo", "a"],
    ]) {
      expect((await cli(folder.path, ["__complete", ...words])).out).toBe(":files\n");
    }
    expect((await cli(folder.path, ["__complete", "stages", ""])).out).toBe("");
  });
});
