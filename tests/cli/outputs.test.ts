/** What each command prints, by whole files; `UPDATE=1` writes them. */
import { describe, expect, test } from "bun:test";
import { cli, expectFile, Folder, RUNTIMES } from "./cli.ts";
import { expectSarif, expectValid } from "./schemas.ts";

describe.each(["shop", "clean", "hostile", "broken"])("the fixture `%s`", (fixture) => {
  const code = fixture === "clean" ? 0 : 1;

  test.each(RUNTIMES)("check, in %s", async (runtime) => {
    using folder = Folder.of(fixture);
    const ended = await cli(folder.path, ["check"], { runtime });
    expectFile(fixture, "check.txt", ended.out);
    expect(ended).toMatchObject({ code, error: "" });
  });

  test("check, in colours", async () => {
    using folder = Folder.of(fixture);
    const ended = await cli(folder.path, ["check", "--color"]);
    expectFile(fixture, "check.ansi", ended.out);
    expect(ended.code).toBe(code);
    for (const env of [{ FORCE_COLOR: "1" }, { FORCE_COLOR: "3" }]) {
      expect((await cli(folder.path, ["check"], { env })).out).toBe(ended.out);
    }
  });

  test("check --verbose", async () => {
    using folder = Folder.of(fixture);
    const ended = await cli(folder.path, ["check", "--verbose"]);
    expectFile(fixture, "check.verbose.txt", ended.out);
    expect(ended).toMatchObject({ code, error: "" });
  });

  test("check --quiet prints what fails, and nothing else", async () => {
    using folder = Folder.of(fixture);
    const loud = await cli(folder.path, ["check"]);
    const quiet = await cli(folder.path, ["check", "--quiet"]);
    expect(quiet.code).toBe(code);
    // All findings of the fixtures fail: only the last line, which sums up, is gone.
    expect(loud.out).toStartWith(quiet.out);
    expect(loud.out.slice(quiet.out.length).trimEnd().split("\n")).toHaveLength(1);
    const never = await cli(folder.path, ["check", "--quiet", "--fail-on", "never"]);
    expect(never).toEqual({ code: 0, out: "", error: "" });
  });

  test("check --json", async () => {
    using folder = Folder.of(fixture);
    const ended = await cli(folder.path, ["check", "--json"]);
    expectFile(fixture, "check.json", ended.out);
    expect(ended).toMatchObject({ code, error: "" });
    expectValid("check", JSON.parse(ended.out));
    expect(await cli(folder.path, ["check", "--format", "json"])).toEqual(ended);
  });

  test("check --format sarif", async () => {
    using folder = Folder.of(fixture);
    const ended = await cli(folder.path, ["check", "--format", "sarif"]);
    expectFile(fixture, "check.sarif", ended.out);
    expect(ended).toMatchObject({ code, error: "" });
    expectSarif(JSON.parse(ended.out));
  });

  test("check --format github", async () => {
    using folder = Folder.of(fixture);
    const ended = await cli(folder.path, ["check", "--format", "github"]);
    expectFile(fixture, "check.github", ended.out);
    expect(ended).toMatchObject({ code, error: "" });
  });
});

describe.each(["shop", "clean", "hostile"])("the fixture `%s`", (fixture) => {
  test.each(RUNTIMES)("plan, in %s", async (runtime) => {
    using folder = Folder.of(fixture);
    const ended = await cli(folder.path, ["plan", "--stage", "prod"], { runtime });
    expectFile(fixture, "plan.txt", ended.out);
    expect(ended).toMatchObject({ code: 0, error: "" });
  });

  test("plan of two stages", async () => {
    using folder = Folder.of(fixture);
    const stages = ["--stage", "prod", "--stage", "feature/x"];
    const ended = await cli(folder.path, ["plan", ...stages]);
    expectFile(fixture, "plan-two.txt", ended.out);
    const json = await cli(folder.path, ["plan", "--json", ...stages]);
    expectFile(fixture, "plan.json", json.out);
    expect(json).toMatchObject({ code: 0, error: "" });
    expectValid("plan", JSON.parse(json.out));
  });

  test.each(RUNTIMES)("migrate, in %s", async (runtime) => {
    using folder = Folder.of(fixture);
    const ended = await cli(folder.path, ["migrate"], { runtime });
    expectFile(fixture, "migrate.txt", ended.out);
    expect(ended).toMatchObject({ code: 0, error: "" });
  });

  test("migrate --json", async () => {
    using folder = Folder.of(fixture);
    const ended = await cli(folder.path, ["migrate", "--json", "--owner-stage", "prod"]);
    expectFile(fixture, "migrate.json", ended.out);
    expect(ended.error).toBe("");
    expectValid("migrate", JSON.parse(ended.out));
  });
});
