// The scene of the tests of ways round the wall: one magazine, served as it is with our script alone, as it is with
// companion, and by the gate with teasers. Readers who try something are a function each.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { ask, folder, freePort, keyFolder, pass as signed, root, startGate, startNginx } from "../servers/harness.mjs";
import { toolPath } from "./driver/tools.mjs";
import { start } from "./harness.mjs";
import { WALL, holds } from "./helpers.mjs";

/** The words that stand in the hidden part of the article and nowhere else. */
export const CANARY = "the lighthouse keeper had never left the island";
/** Words of what everybody may read. */
export const LEAD = "A boat comes back out of the fog";
export const ARTICLE = "/articles/1";
/** The stand-in's signing key, and one of another publisher. */
const KEY = "lumenpasskeyfordevelopment000001";
const THEIR_KEY = "another-publishers-key-000000001";

export const pass = (options) => signed({ key: KEY, ...options });
export const foreign = () => signed({ key: THEIR_KEY, wall: "Zother000001" });

const FILLER = "The harbour lay still, and nobody on the quay said a word about the night before. ".repeat(4);

// The article is long enough for reader modes.
const article = (tags) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Out of the fog</title>${tags}</head>
<body><header><a href="/">Lumen</a></header>
<article class="article-body"><h1>Out of the fog</h1>
<p>${LEAD}, with nobody at the helm. ${FILLER}</p>
<div class="rest"><p>${FILLER}</p><p>In the end ${CANARY}. ${FILLER}</p><p>${FILLER}</p></div>
</article>
<aside class="box" hidden>Read on with a subscription.</aside>
<script>
  Iteras.wall({ paywallid: "${WALL}", access: "sub", unauthorized: function () {
    document.querySelector(".rest").hidden = true;
    document.querySelector(".box").hidden = false;
  } });
</script>
</body></html>`;

const page = (text) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lumen</title></head>
<body><p>${text}</p></body></html>`;

/** The path as the laxest of common servers reads it. */
function lax(target) {
  let path = target.split("?")[0];
  try {
    path = decodeURIComponent(path);
  } catch {
    // It stays as it is.
  }
  path = path
    .replace(/\\/g, "/")
    .replace(/\0.*/, "")
    .replace(/;[^/]*/g, "");
  const parts = [];
  for (const part of path.split("/")) {
    if (part == "..") parts.pop();
    else if (part && part != ".") parts.push(part);
  }
  return `/${parts.join("/")}`.toLowerCase().replace(/^\/index\.php(?=\/)/, "");
}

/** A name of a parameter as PHP reads it. */
const phpName = (name) =>
  name
    .replace(/^[ +]+/, "")
    .replace(/\0.*/, "")
    .replace(/\[.*/, "");

function parameters(text) {
  const found = new Map();
  for (const piece of text.split("&")) {
    const [name, value = ""] = piece.split("=");
    let read = name.replace(/\+/g, " ");
    try {
      read = decodeURIComponent(read);
    } catch {
      // It stays as it is.
    }
    found.set(phpName(read), value);
  }
  return found;
}

/** A magazine that hands out its article by every address by which some system does. */
async function magazine(t, tags) {
  const seen = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("latin1");
      seen.push(request.url);
      const said = request.headers["x-original-url"] ?? request.headers["x-rewrite-url"];
      const path = lax(said ?? request.url);
      const query = parameters([request.url.split("?")[1] ?? "", body].join("&"));
      const send = (type, text) => {
        response.setHeader("Content-Type", `${type}; charset=utf-8`);
        response.setHeader("Cache-Control", "public, max-age=600");
        response.setHeader("ETag", '"1"');
        response.end(request.method == "HEAD" ? "" : text);
      };
      const whole = `<p>${LEAD}.</p><p>In the end ${CANARY}.</p>`;
      const rest = query.get("rest_route") ?? "";
      if (/^\/wp-json\/wp\/v2\/posts/.test(path) || /\/wp\/v2\/posts/.test(decodeURIComponent(rest))) {
        return send("application/json", JSON.stringify([{ id: 1, content: { rendered: whole } }]));
      }
      if (/(^|\/)(feed|rss2?|atom)(\/|$)/.test(path) || query.has("feed")) {
        return send(
          "application/rss+xml",
          `<rss><channel><item><description>${whole}</description></item></channel></rss>`,
        );
      }
      if (/^\/wp-json\/oembed|^\/xmlrpc\.php/.test(path)) return send("text/xml", whole);
      const shows = ["p", "page_id", "name", "attachment_id", "preview"].some((name) => query.has(name));
      if (path.startsWith("/articles/1") || shows) return send("text/html", article(tags()));
      if (path == "/robots.txt") return send("text/plain", "User-agent: *");
      send("text/html", page(path == "/subscribe" ? "Subscribe here" : "The front page of Lumen"));
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  return { port: server.address().port, seen };
}

const gateToml = (keys, origin) => `mode = "proxy"
listen = "127.0.0.1:0"
origin = "http://127.0.0.1:${origin.port}"
admin = "127.0.0.1:0"
trusted_peers = ["127.0.0.1"]

[[keys]]
id = "2026"
file = "${keys}/pass-key"

[gifts]
file = "${keys}/gift-key"

[denied]
landing = "/subscribe"

[teaser]
gated = [".article-body"]
characters = 80

[copied_passes]
networks = 2

[[crawlers]]
agent = "Googlebot"
ranges = ["${keys}/googlebot.json"]

[[sites]]
hosts = ["localhost"]
default = "open"
preset = ["basics", "wordpress"]
paywalls = ["${WALL}"]
rules = [{ path = "/articles/*" }]
`;

/** Where a search engine of the tests comes from. */
export const CRAWLER = "203.0.113.9";
export const GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/** All of it; `sides` are the three. */
export async function setUp(t) {
  let service = "";
  const ours = () => `<script src="${service}/static/api/iteras.js"></script>`;
  const beside = () =>
    `<script src="${service}/official/static/api/iteras.js"></script>
     <script src="${service}/static/api/iteras.companion.js"></script>`;
  const [alone, companion] = [await magazine(t, ours), await magazine(t, beside)];
  const keys = keyFolder(t, { "pass-key": KEY, "gift-key": "gift0123456789abcdefghijklmnopqr" });
  writeFileSync(join(keys, "googlebot.json"), JSON.stringify({ prefixes: [{ ipv4Prefix: "203.0.113.0/24" }] }));
  const gate = await startGate(t, gateToml(keys, companion), { keys });
  const sides = [];
  for (const [name, port] of [
    ["page wall", alone.port],
    ["companion", companion.port],
    ["gate", gate.port],
  ]) {
    sides.push({ name, port, url: `http://localhost:${port}`, cache: await cache(t, port) });
  }
  const allowed = sides.flatMap(({ url }) => ["--allow-site", url]);
  const world = await start({ site: "tests/e2e/pages/wall", args: allowed });
  t.after(() => world.stop());
  service = world.service;
  return {
    world,
    sides,
    /** The text of a page as a reader's Chromium shows it once the wall has decided; see `read`. */
    read: (side, way) => read(world, side, way),
    /** The source of a page as the browser shows it. */
    source: (side) => read(world, side, { prefix: "view-source:", noWall: true }),
    readerMode: (side) => readerMode(world, side),
    metrics: async () => (await ask(gate.admin, { path: "/metrics" })).body,
  };
}

/** A publisher's cache in front of a server, which keeps what it may; its port. */
async function cache(t, behind) {
  const port = await freePort();
  const kept = folder(t);
  await startNginx(
    t,
    `proxy_cache_path ${kept} keys_zone=pages:1m;
    server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://127.0.0.1:${behind};
        proxy_set_header Host $http_host;
        proxy_cache pages;
        proxy_cache_valid 200 10m;
        add_header X-Cache $upstream_cache_status always;
      }
    }`,
  );
  return port;
}

/**
 * Opens the article as a reader. `cookie`: the pass in his browser; `script: false`: JavaScript is off; `block`: what he
 * keeps from loading; `alone`: he keeps the service from being asked; `patch`: a function that runs before the page's
 * own; `from`: his address, as the server in front would say it; `noWall`: no wall decides there.
 */
async function read(world, side, { cookie, script, block, alone, patch, from, noWall, prefix = "", path = ARTICLE }) {
  const page = await world.page();
  try {
    if (cookie)
      await page.browserContext().setCookie({ name: "iteraspass", value: cookie, domain: "localhost", path: "/" });
    if (script === false) await page.setJavaScriptEnabled(false);
    if (from) await page.setExtraHTTPHeaders({ "X-Forwarded-For": from });
    if (patch) await page.evaluateOnNewDocument(patch);
    if (block || alone) {
      await page.setRequestInterception(true);
      page.on("request", (request) => {
        const url = request.url();
        const asks = alone && url.startsWith(world.service) && !new URL(url).pathname.endsWith(".js");
        return asks || block?.test(url) ? request.abort() : request.continue();
      });
    }
    await page.goto(prefix + side.url + path);
    if (script !== false && !block && !patch && !noWall) {
      await holds(page, () => window.seen.some(([type, { pending }]) => /authorized$/.test(type) && !pending));
    }
    return await page.evaluate(() => document.body.innerText);
  } finally {
    await page.browserContext().close();
  }
}

/** The article as a reader mode makes it: of the page as it is loaded, without its scripts. */
async function readerMode(world, side) {
  const page = await world.page();
  try {
    await page.goto(side.url);
    await page.addScriptTag({ content: readFileSync(toolPath("@mozilla/readability/Readability.js"), "utf8") });
    return await page.evaluate(async (path) => {
      const html = await (await fetch(path)).text();
      const made = new Readability(new DOMParser().parseFromString(html, "text/html")).parse();
      return made?.textContent ?? "";
    }, ARTICLE);
  } finally {
    await page.browserContext().close();
  }
}

/** What came to be of the ways, held against the table in SECURITY.md, or written there. */
export function compare(table) {
  const file = join(root, "SECURITY.md");
  const [begin, end] = ["<!-- ways: begin -->\n", "<!-- ways: end -->\n"];
  const text = readFileSync(file, "utf8");
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (from < begin.length || to < from) throw new Error("SECURITY.md has no place for the table of ways");
  if (process.env.ITERAS_WAYS != "write") return { table, written: text.slice(from, to) };
  writeFileSync(file, text.slice(0, from) + table + text.slice(to));
  return { table, written: table };
}
