/** What a run leaves where GitHub's workflows look for it. */
import { expect, test } from "bun:test";
import { targetOf } from "../../ts/cli/github/client.ts";
import { tellGitHub } from "../../ts/cli/monitor/github/actions.ts";
import { Problem } from "../../ts/cli/problem.ts";
import { Folder } from "../cli/cli.ts";
import { report, SOME } from "../dashboard/metrics.ts";

test("the summary is added to what other steps have written", async () => {
  using folder = new Folder();
  const file = folder.write("summary.md", "before\n");
  const env = { GITHUB_STEP_SUMMARY: file, GITHUB_ACTIONS: "true" };
  expect(await tellGitHub(report(SOME), env)).toContain("::error title=alch-blocks collision::");
  expect(folder.read("summary.md")).toStartWith("before\n## Collision monitor\n");
});

test("elsewhere nothing is written and nothing printed", async () => {
  expect(await tellGitHub(report(SOME), {})).toBe("");
});

test("a summary that cannot be written is reported", async () => {
  using folder = new Folder();
  const problem = await tellGitHub(report([]), { GITHUB_STEP_SUMMARY: folder.path }).catch(
    (error: unknown) => error,
  );
  expect(problem).toBeInstanceOf(Problem);
  expect((problem as Problem).message).toBe(
    "the summary of the job cannot be written: it is a folder",
  );
});

test("the repository, the token and the API are the environment's", () => {
  const env = {
    GITHUB_TOKEN: "t",
    GITHUB_REPOSITORY: "acme/shop",
    GITHUB_API_URL: "https://github.acme.example/api/v3",
  };
  expect(targetOf(env, "--github-issue")).toEqual({
    token: "t",
    repository: "acme/shop",
    baseUrl: "https://github.acme.example/api/v3",
  });
  expect(() => targetOf({}, "--github-issue")).toThrow(
    "`--github-issue` needs to know the repository",
  );
});
