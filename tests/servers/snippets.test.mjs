// Snippets of our documents, tried with the programs themselves: settings by the gate, pages by the
// checker, the first commands of docs/start.md, and the command that the demo prints. The rest, which needs no program,
// is xtask/snippets.mjs.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import test from "node:test";
import { documents } from "../../xtask/documents.mjs";
import { ask, folder, freePort, programs, root, start, startGate } from "./harness.mjs";

// For the settings that take the key from this variable.
process.env.ITERAS_PASS_KEY = "lumenpasskeyfordevelopment000001";

/** The snippets of that language in all documents: the document, the line, the text. */
function snippets(language) {
  const fence = new RegExp(`^( *)\`\`\`${language}[^\\n]*\\n([^]*?)^\\1\`\`\``, "gm");
  return documents(root).flatMap((path) => {
    const text = readFileSync(path, "utf8");
    return Array.from(text.matchAll(fence), (found) => ({
      at: `${relative(root, path)}:${text.slice(0, found.index).split("\n").length}`,
      text: found[2].replace(new RegExp(`^${found[1]}`, "gm"), ""),
    }));
  });
}

/** A part of a gate's settings made whole, with files that are there: for each name a key of its own. */
function whole(text, folder) {
  let keys = 0;
  const file = (name) => {
    const path = join(folder, `key-${(keys += 1)}`);
    writeFileSync(path, `${name.replace(/\W/g, "")}${"0123456789abcdef".repeat(2)}${keys}\n`);
    return path;
  };
  const filled = text
    .replace(/\bfile = "([^"]+)"/g, (_, name) => `file = "${file(name)}"`)
    .replace(/\branges = \["[^"]+"\]/g, `ranges = ["${join(root, "examples/search-engines/googlebot.json")}"]`);
  const has = (line) => new RegExp(`^${line}`, "m").test(filled);
  return [
    has("mode")
      ? ""
      : 'mode = "proxy"\nlisten = "127.0.0.1:0"\ntrusted_peers = ["127.0.0.1"]\norigin = "http://127.0.0.1:1"\n',
    filled,
    has("\\[\\[keys\\]\\]") ? "" : `[[keys]]\nid = "own"\nfile = "${file("own")}"\n`,
    has("\\[\\[sites\\]\\]")
      ? ""
      : `[[sites]]\nhosts = ["www.pub.example"]\ndefault = "protected"\npaywalls = ["n8fsoupukhv3"]
rules = [{ path = "/articles/*", meter = ${has("\\[meter\\]")} }]\n`,
  ].join("\n");
}

test("every TOML in our documents is accepted by the gate", (t) => {
  const settings = snippets("toml").filter(({ text }) => !/^\[dependencies/m.test(text));
  assert.ok(settings.length > 5);
  const refused = settings.flatMap(({ at, text }) => {
    const place = folder(t);
    const file = join(place, "gate.toml");
    writeFileSync(file, whole(text, place));
    const { status, stdout, stderr } = spawnSync(programs.gate, ["--config", file, "--check"], { encoding: "utf8" });
    return status == 0 ? [] : [`${at}: ${stdout}${stderr}`];
  });
  assert.deepEqual(refused, []);
});

test("the checker of pages finds nothing wrong with what our documents show", (t) => {
  // A part of a page names no script, and may end before a wall has an outcome.
  const PARTS = [
    "no_script",
    "call_before_script",
    "no_outcome",
    "any_paywall",
    "missing_access",
    "wall_after_content",
  ];
  const place = folder(t);
  const pages = snippets("html").filter(({ text }) => /Iteras\.|data-paywallid/.test(text));
  assert.ok(pages.length > 8);
  const found = pages.flatMap(({ at, text }, index) => {
    const file = join(place, `${index}.html`);
    writeFileSync(file, text);
    const { stdout, stderr } = spawnSync(programs.iteras, ["check-site", "--json", file], { encoding: "utf8" });
    assert.equal(stderr, "", at);
    const [{ findings }] = JSON.parse(stdout).sources;
    return findings.filter(({ code }) => !PARTS.includes(code)).map(({ code, what }) => `${at}: ${code}: ${what}`);
  });
  assert.deepEqual(found, []);
});

test("docs/reference is what types, sources and programs say", () => {
  const [ITERAS_CLI, ITERAS_GATE, ITERAS_STANDIN] = [programs.iteras, programs.gate, programs.standin];
  const env = { ...process.env, ITERAS_CLI, ITERAS_GATE, ITERAS_STANDIN };
  const { stderr } = spawnSync(process.execPath, ["xtask/reference.mjs"], { cwd: root, env, encoding: "utf8" });
  assert.equal(stderr, "");
});

// The demo, as `cargo xtask demo` starts it; what it printed.
async function demo(t) {
  const ports = ["--port", "0", "--control-port", "0", "--site-port", "0"];
  const printed = (line) => (/Stop with Ctrl-C/.test(line) ? true : undefined);
  const running = await start(t, programs.standin, ["--site", "www", ...ports], printed, { cwd: root });
  const [, site] = /site +(http:\S+)/.exec(running.said());
  return { site, said: running.said() };
}

test("docs/start.md: the gate in front of the demo, asked as it says", async (t) => {
  const text = readFileSync(join(root, "docs/start.md"), "utf8");
  const [, settings] = /```toml\n([^]*?)```/.exec(text);
  const curls = Array.from(text.matchAll(/^curl -i (.*)http:\/\/localhost:8086(\S+)$/gm), ([, header, path]) => ({
    headers: Array.from(header.matchAll(/'(.*?)'/g), ([, line]) => line),
    path,
  }));
  assert.equal(curls.length, 2);
  const { site } = await demo(t);
  const own = settings.replace("127.0.0.1:4801", site.replace("http://localhost", "127.0.0.1")).replace(":8086", ":0");
  const gate = await startGate(t, own);
  const answers = [];
  for (const { headers, path } of curls) answers.push(await ask(gate.port, { host: "localhost", path, headers }));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 302],
  );
  assert.match(answers[1].header("location"), /^\/subscribe\?iterasnext=%2Farticle-redirect&iterasaccess=sub$/);
  assert.doesNotMatch(answers[1].body, /Rønsholm/);
});

test("the command that the demo prints tells its first customer", async (t) => {
  const { said } = await demo(t);
  const line = said.split("\n").find((line) => line.includes("iteras-cli"));
  const [, key, words] = /^ *ITERAS_API_KEY=(\S+) cargo run --quiet --package iteras-cli -- (.*)$/.exec(line);
  const child = spawn(programs.iteras, words.split(" "), { env: { ...process.env, ITERAS_API_KEY: key } });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  const code = await new Promise((done) => child.once("close", done));
  assert.equal(code, 0);
  assert.match(Buffer.concat(chunks).toString(), /"31168"/);
});
