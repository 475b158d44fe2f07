// The guide `docs/guides/with-the-real-service.md`: its commands and files as they stand there, with a site, the double
// of the official script and the stand-in of the service in place of the real ones.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { writeInput } from "../shared/input.mjs";
import { ask, EDITOR_KEY, folder, GIFT_KEY, pass, programs, root, start, startGate, withPass } from "./harness.mjs";

const HOST = "www.pub.example";
const SITE = `https://${HOST}`;
const STANDIN_KEY = "lumenpasskeyfordevelopment000001";
const API_KEY = "lumen-api-key-for-development";
const KEYS = { "pass-key": STANDIN_KEY, "gift-key": GIFT_KEY, "editor-key": EDITOR_KEY, "api-key": API_KEY };
const GUIDE = readFileSync(join(root, "docs/guides/with-the-real-service.md"), "utf8");
const REST = "The rest is for subscribers.";

// The one block of this language, or all of them.
const blocks = (language) =>
  [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map((block) => block[1]);
const command = (words) => {
  const found = blocks("sh").filter((block) => block.startsWith(words));
  assert.equal(found.length, 1, `the guide has one command ${words}`);
  return found[0].trim();
};

// Runs a command of the guide in a folder; it finds the programs as if they were installed.
function run(line, cwd, input = "") {
  const path = [programs.iteras, programs.gate].map(dirname).join(":");
  const child = spawn("sh", ["-ec", line], { cwd, env: { ...process.env, PATH: `${path}:${process.env.PATH}` } });
  writeInput(child, input);
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => (said.out += chunk));
  child.stderr.on("data", (chunk) => (said.err += chunk));
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", (code) => done({ code, ...said }));
  });
}

// The publisher: his site with the guide's article, the service beside it, his keys in a folder.
async function publisher(t) {
  const keys = folder(t);
  for (const [name, key] of Object.entries(KEYS)) writeFileSync(join(keys, name), `${key}\n`);
  const site = join(keys, "site");
  const log = `<script src="http://127.0.0.1:4802/official/static/api/iteras.js"></script>
    <script>document.write(Iteras.paywalliframe({ profile: "lumen", paywallid: ["n8fsoupukhv3"] }))</script>`;
  const [article] = blocks("html");
  const pages = {
    "index.html": '<a href="/articles/1">An article</a> <a href="/subscribe">Subscribe</a>',
    "articles/1.html": article.replace("https://app.iteras.dk", "http://127.0.0.1:4802/official"),
    "subscribe.html": log,
    "js/iteras.companion.js": "",
  };
  for (const [name, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(site, name)), { recursive: true });
    writeFileSync(join(site, name), text);
  }
  const ports = ["--port", "0", "--control-port", "0", "--site-port", "0"];
  const ready = (line) => (line.startsWith("{") ? JSON.parse(line) : undefined);
  const standin = await start(t, programs.standin, ["--site", site, "--print-ready-json", ...ports], ready);
  return { keys, ...standin.told };
}

// The gate of the guide in front of that site.
async function gateOf(t, { keys, site }) {
  const [config] = blocks("toml");
  const filled = config
    .replace("127.0.0.1:8086", "127.0.0.1:0")
    .replace("http://127.0.0.1:8080", site.replace("localhost", "127.0.0.1"));
  assert.notEqual(filled, config);
  return startGate(t, filled.replaceAll(/file = "(.*)"/g, `file = "${keys}/$1"`), { keys });
}

// The pass that the double's log-in frame sends.
async function logIn({ service }, who) {
  const body = new URLSearchParams({ action: "login", who, password: "lumen", frame: "f1" });
  const query = "what=login&account=lumen&wall=n8fsoupukhv3";
  const answer = await fetch(`${service}/official/embed?${query}`, { method: "POST", body });
  const [, found] = /data-pass="([^"]*)"/.exec(await answer.text());
  return found;
}

test("step 1: the key is tried on a pass of one's own", async (t) => {
  const site = await publisher(t);
  const verify = command("iteras pass verify");
  writeFileSync(
    join(site.keys, "cookie.txt"),
    `Cookie: consent=1; iteraspass=${await logIn(site, "anna@example.com")}\n`,
  );
  const right = await run(verify, site.keys);
  assert.match(right.out, /^allowed: /);
  assert.equal(right.code, 0);
  const wrong = await run(verify.replace("pass-key", "api-key"), site.keys);
  assert.match(wrong.out, /^denied: signature/);
  assert.equal(wrong.code, 1);
});

test("step 2: the pages are looked at, and the guide's own has nothing to mend", async (t) => {
  const { keys, site } = await publisher(t);
  const { code, out, err } = await run(command("iteras check-site").replace(SITE, site), keys);
  assert.match(out, /Iteras\.wall\({ paywallid, access, redirect }\)/);
  assert.match(out, /\n3 pages and scripts, 0 findings\n$/);
  assert.deepEqual([code, err], [0, ""]);
});

test("steps 4 to 6: the gate opens to whom the guide says", async (t) => {
  const site = await publisher(t);
  const gate = await gateOf(t, site);
  const checked = await run(command("iteras-gate"), site.keys);
  assert.equal(checked.code, 0, checked.err);

  const read = (path, ...headers) => ask(gate.port, { path, host: HOST, headers });
  const sent = (answer) => {
    assert.equal(answer.header("location"), "/subscribe?iterasnext=%2Farticles%2F1&iterasaccess=sub");
    assert.ok(!answer.body.includes(REST));
  };
  sent(await read("/articles/1"));
  const anna = await read("/articles/1", `Cookie: iteraspass=${await logIn(site, "anna@example.com")}`);
  assert.equal(anna.status, 200);
  assert.ok(anna.body.includes(REST));
  assert.match(anna.header("cache-control"), /private/);
  sent(await read("/articles/1", `Cookie: iteraspass=${await logIn(site, "bo@example.com")}`));
  sent(await read("/articles/1", withPass({ key: STANDIN_KEY, seconds: -3600 })));
  sent(await read("/articles/1", withPass({ key: "made-up-by-someone-0000000000000" })));
  assert.equal((await read("/subscribe")).status, 200);
  // As js-cookie, or a server, writes it.
  const encoded = encodeURIComponent(pass({ key: STANDIN_KEY }));
  assert.equal((await read("/articles/1", `Cookie: iteraspass=${encoded}`)).status, 200);

  const link = await run(command("iteras gift-link"), site.keys);
  const gift = await read(link.out.trim().replace(SITE, ""));
  assert.equal(gift.status, 200);
  assert.match(gift.body, /<meta name="iteras-gate" content="open">/);
  const cookie = await run(command("iteras editor-cookie"), site.keys);
  assert.equal((await read("/articles/1", `Cookie: ${cookie.out.trim()}`)).status, 200);
});

test("step 7: a password is checked by hand", async (t) => {
  const { keys, service } = await publisher(t);
  const line = `${command("iteras authenticate")} --service ${service}/api/`;
  const right = await run(line, keys, "lumen\n");
  assert.deepEqual([right.code, right.out], [0, "authenticated: customer 31168\n"]);
  assert.equal((await run(line, keys, "other\n")).code, 1);
});

test("step 8: without the gate the site is what it was, and the reader still logged in", async (t) => {
  const site = await publisher(t);
  const gate = await gateOf(t, site);
  await gate.stop();
  const mine = await logIn(site, "anna@example.com");
  const port = new URL(site.site).port;
  const article = await ask(port, {
    path: "/articles/1",
    host: `localhost:${port}`,
    headers: [`Cookie: iteraspass=${mine}`],
  });
  assert.equal(article.status, 200);
  assert.ok(article.body.includes(REST));
});

test("each command of the guide is run by one of these", () => {
  const known = [
    "iteras pass verify",
    "iteras check-site",
    "iteras-gate",
    "iteras gift-link",
    "iteras editor-cookie",
    "iteras authenticate",
  ];
  assert.deepEqual(
    blocks("sh").map((block) => known.findIndex((words) => block.startsWith(words))),
    [0, 1, 2, 3, 4, 5],
  );
});
