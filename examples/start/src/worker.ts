import type { Env } from "./env.ts";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    await env.DB.prepare("insert into visits (path) values (?)").bind(pathname).run();
    const visits = await env.DB.prepare("select count(*) as visits from visits").first("visits");
    return Response.json({ stage: env.STAGE, visits });
  },
};
