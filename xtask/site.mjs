// The sources of the documentation's site: `node xtask/site.mjs FOLDER` copies the pages that docs/SUMMARY.md lists,
// with their pictures and the playground, and sends links where the site has their targets. A link to a file that is no page stays as its
// words, since readers of the site have no checkout.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const out = process.argv[2];
const SUMMARY = "docs/SUMMARY.md";
const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g;
const FENCE = /^(```.*?^```[^\n]*$)/ms;

const summary = readFileSync(join(root, SUMMARY), "utf8");
const pages = new Set(Array.from(summary.matchAll(LINK), ([, , , href]) => normalize(join("docs", href))));
// Pages of docs/ lie at the top, all others in their folders. mdBook renders `README.md` as `index.html` and leaves
// the links to it alone.
const place = (file) => file.replace(/^docs\//, "").replace(/README\.md$/, "index.md");

// The page of the demo that the site has, too, and the folder of all that it loads.
const PLAYGROUND = "www/playground.html";
const PARTS = [
  "www/style.css",
  "www/check.css",
  "www/playground.css",
  "www/playground-answers.js",
  "www/playground.js",
];
const BUILT = ["dist/playground/module.js", "dist/playground/iteras.js"];
const HEADER = `<header class="masthead">
    <div class="wrap">
      <nav class="bar" aria-label="Main">
        <a href="index.html">iteras: the documentation</a>
      </nav>
    </div>
  </header>`;
const FOOTER = `<footer class="colophon">
    <div class="wrap">
      <p><a href="guides/playground.html">About the playground</a></p>
    </div>
  </footer>`;

/** The page or picture that a link of that page leads to, or none. */
function target(page, file) {
  const path = file ? normalize(join(dirname(page), decodeURIComponent(file))).replace(/\/$/, "") : page;
  const readme = join(path, "README.md");
  if (path == PLAYGROUND) return path;
  if (pages.has(path)) return path;
  if (pages.has(readme)) return readme;
  return /\.(svg|png)$/.test(path) && existsSync(join(root, path)) ? path : null;
}

function copy(file, text) {
  const to = join(out, "src", place(file));
  mkdirSync(dirname(to), { recursive: true });
  if (text == null) copyFileSync(join(root, file), to);
  else writeFileSync(to, text);
}

function translated(page) {
  const link = (whole, picture, words, href) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return whole;
    const [file, anchor] = href.split("#");
    const found = target(page, file);
    if (!found) return words;
    if (!found.endsWith(".md") && found != PLAYGROUND) copy(found);
    const lies = found == PLAYGROUND ? basename(found) : place(found);
    const to = found == page ? "" : relative(dirname(place(page)), lies);
    return `${picture}[${words}](${to}${anchor ? `#${anchor}` : ""})`;
  };
  const text = readFileSync(join(root, page), "utf8");
  return text
    .split(FENCE)
    .map((part) => (part.startsWith("```") ? part : part.replace(LINK, link)))
    .join("");
}

// The demo's page less the demo: what it loads lies in a folder beside it.
function playground() {
  const folder = join(out, "src", "playground");
  mkdirSync(folder, { recursive: true });
  for (const part of [...PARTS, ...BUILT]) copyFileSync(join(root, part), join(folder, basename(part)));
  const html = readFileSync(join(root, PLAYGROUND), "utf8")
    .replace(/<header class="masthead">[^]*?<\/header>/, HEADER)
    .replace(/<footer class="colophon">[^]*?<\/footer>/, FOOTER)
    .replace(/<link rel="icon"[^>]*>\s*/, "")
    .replace("<title>Playground, Lumen</title>", "<title>Playground, iteras</title>")
    .replace(" of the magazine and has no wall", " of the documentation that is a program")
    .replace(/="\/(?:playground\/)?([\w.-]+\.(?:css|js))"/g, '="playground/$1"');
  if (/(?:src|href)="\//.test(html)) throw new Error(`${PLAYGROUND} leads to what only the demo has`);
  writeFileSync(join(out, "src", basename(PLAYGROUND)), html);
}

rmSync(out, { recursive: true, force: true });
playground();
for (const page of pages) {
  if (!statSync(join(root, page)).isFile()) throw new Error(`${SUMMARY}: ${page} is no page`);
  copy(page, translated(page));
}
copy(SUMMARY, translated(SUMMARY));
writeFileSync(
  join(out, "book.toml"),
  `[book]
title = "iteras"
language = "en"

[output.html]
smart-punctuation = false
no-section-label = true
additional-css = ["site.css"]

[output.html.print]
enable = false

[output.html.fold]
enable = true
level = 0
`,
);
// Tables of words, on telephones, too.
writeFileSync(
  join(out, "site.css"),
  `.content table td { vertical-align: top; }
@media (max-width: 620px) {
  .content table td, .content table th { padding: 3px 6px; }
  .content table code { overflow-wrap: anywhere; }
}
`,
);
