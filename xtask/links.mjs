// Links of our Markdown documents: `node xtask/links.mjs TOOLS` tells those that lead to no file and no heading, and
// sentences of the page's script that docs/troubleshooting.md does not explain. Links to other hosts are not followed.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { documents } from "./documents.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const require = createRequire(join(resolve(process.argv[2]), "package.json"));
const { marked } = await import(pathToFileURL(require.resolve("marked")));
const { default: Slugger } = await import(pathToFileURL(require.resolve("github-slugger")));

/** Targets of a document's links, and the names by which its headings are reached. */
function read(path) {
  const [links, anchors, slugger] = [[], new Set(), new Slugger()];
  const note = (token) => {
    if (token.type == "link" || token.type == "image") links.push(token.href);
    if (token.type == "heading") anchors.add(slugger.slug(plain(token.tokens)));
  };
  marked.walkTokens(marked.lexer(readFileSync(path, "utf8")), note);
  return { links, anchors };
}

// A heading as it is read: without the signs of emphasis, code and links.
const plain = (tokens) => tokens.map(({ tokens, text }) => (tokens ? plain(tokens) : text)).join("");

const known = new Map();
const document = (path) => {
  if (!known.has(path)) known.set(path, read(path));
  return known.get(path);
};

const complaints = [];
for (const path of documents(root)) {
  for (const href of document(path).links) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(href)) continue;
    const [file, anchor] = href.split("#");
    const target = file ? resolve(dirname(path), decodeURIComponent(file)) : path;
    const complain = (what) => complaints.push(`${relative(root, path)}: ${href}: ${what}`);
    if (!existsSync(target)) complain("there is no such file");
    else if (anchor && !target.endsWith(".md")) complain("only Markdown has headings to be reached");
    else if (anchor && !(statSync(target).isFile() && document(target).anchors.has(anchor)))
      complain("no such heading");
  }
}

const { SENTENCES } = await import(pathToFileURL(join(root, "pkg-template/src/page/events.js")));
const explained = readFileSync(join(root, "docs/troubleshooting.md"), "utf8");
for (const [code, sentence] of Object.entries(SENTENCES))
  for (const said of [`\`${code}\``, sentence])
    if (!explained.includes(said)) complaints.push(`docs/troubleshooting.md does not explain ${said}`);

for (const complaint of complaints) console.error(complaint);
if (complaints.length) process.exitCode = 1;
