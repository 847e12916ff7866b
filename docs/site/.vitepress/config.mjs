// The documentation site. `scripts/docs.mjs` writes the pages and starts VitePress.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sourceOf } from "../../../scripts/site/pages.mjs";
import { repositoryLinks } from "../../../scripts/site/repository.mjs";
import { sidebar } from "../../../scripts/site/sidebar.mjs";
import { slugOf } from "../../../scripts/site/slug.mjs";
import { accessible } from "./accessible.mjs";

const site = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = join(site, "pages");
const manifest = JSON.parse(readFileSync(join(site, "..", "..", "package.json"), "utf8"));
const { nav, ...repository } = repositoryLinks(manifest);

/** Written for the site alone. */
const OWN = ["index.md", "playground-page.md"];

/** Without a label of its own, the button is called what it shows, which has the key in it. */
const SEARCH = { button: { buttonText: "Search", buttonAriaLabel: "" } };

/** VitePress would run `{{ … }}` in code between words, as it does not in blocks of code. */
function codeAsWritten(md) {
  const { code_inline: render } = md.renderer.rules;
  md.renderer.rules.code_inline = (tokens, at, ...rest) => {
    tokens[at].attrSet("v-pre", "");
    return render(tokens, at, ...rest);
  };
}

/** What other tools make, so that the site's own router must leave it to the server. */
const made = (text, link) => ({ text, link, target: "_self" });

export default {
  title: "@alch/blocks",
  description: "Stage-unique names for Cloudflare resources that Alchemy deploys",
  lang: "en",
  srcDir: "pages",
  cacheDir: ".cache",
  // An icon without content, or a browser would ask the server for one.
  head: [["link", { rel: "icon", href: "data:," }]],
  markdown: {
    anchor: { slugify: slugOf },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (md) => {
      accessible(md);
      codeAsWritten(md);
    },
  },
  transformPageData({ relativePath }) {
    const file = OWN.includes(relativePath) ? `docs/site/${relativePath}` : sourceOf(relativePath);
    return { filePath: file };
  },
  themeConfig: {
    ...repository,
    search: { provider: "local", options: { translations: SEARCH } },
    outline: [2, 3],
    nav: [
      { text: "Docs", link: "/getting-started" },
      { text: "Errors", link: "/troubleshooting" },
      { text: "Playground", link: "/playground-page" },
      {
        text: "API",
        items: [
          made("@alch/blocks", "/api/index.html"),
          made("The core, in Rust", "/core/alch_blocks/index.html"),
        ],
      },
      ...nav,
    ],
    sidebar: sidebar(pages),
  },
};
