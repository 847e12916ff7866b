import { pick } from "@alch/blocks/region";
import type { api } from "../alchemy.run.ts";

export default {
  async fetch(request: Request, env: typeof api.Env): Promise<Response> {
    // Visitors in the EU read and write in the EU, all others in the nearest region.
    const posts = pick(env, "POSTS", request.cf);
    if (request.method === "POST") {
      await posts
        .prepare("INSERT INTO posts (title) VALUES (?)")
        .bind(await request.text())
        .run();
    }
    const { results } = await posts.prepare("SELECT title FROM posts").all();
    return Response.json(results.map(({ title }) => title));
  },
};
