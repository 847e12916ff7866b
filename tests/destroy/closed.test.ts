/** `destroy --while-closed`: an old run of a workflow destroys nothing of a pull request that was reopened. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { GitHub, type Pull, REPOSITORY_ID, TOKEN } from "../github/server.ts";
import { App } from "../support/program.ts";
import { destroy, held, make } from "./stage.ts";

setDefaultTimeout(120_000);

const CLOSED: Pull = { state: "closed", closed_at: "2026-01-02T03:04:05Z" };
const STAGE = ["--stage", "pr-1", "--while-closed", "1"];

test("it stops unless the pull request is closed now, and waits for no workflow of it", async () => {
  await using app = await App.start();
  await using github = new GitHub();
  const env = {
    GITHUB_TOKEN: TOKEN,
    GITHUB_REPOSITORY: github.repository,
    GITHUB_REPOSITORY_ID: `${REPOSITORY_ID}`,
    GITHUB_API_URL: github.url,
  };
  await make(app);
  const before = held(app);
  const answers: [Pull | undefined, string][] = [
    [{ state: "open", closed_at: null }, "open"],
    [undefined, "missing"],
    [{ ...CLOSED, repository: 1 }, "elsewhere"],
  ];
  for (const [pull, state] of answers) {
    if (pull === undefined) github.pulls.delete(1);
    else github.pulls.set(1, pull);
    const ended = await destroy(app, STAGE, { env });
    expect(ended).toMatchObject({ code: 1, result: "incomplete", ends: [] });
    expect(ended.out).toContain(`pull request 1 is not known to be closed: ${state}`);
  }
  expect(held(app)).toEqual(before);
  // Tests of the pull request's last commit may still run: they deploy nothing.
  github.pulls.set(1, { ...CLOSED, run: "in_progress" });
  const ended = await destroy(app, STAGE, { env });
  expect(ended).toMatchObject({ code: 0, result: "destroyed" });
  expect(github.requests.every((request) => request === "GET pulls/1")).toBe(true);
  // There is no stage any more, so nobody need be asked.
  expect(await destroy(app, [...STAGE, "--if-exists"], { env })).toMatchObject({ code: 0 });
});
