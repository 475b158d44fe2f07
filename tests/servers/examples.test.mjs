// The examples that are two commands each: as their READMEs have them, with cargo's programs as they were built, and
// ports that are free. `examples/free-articles` needs a browser: tests/e2e/example-free-articles.test.mjs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { ask, EDITOR_KEY, folder, freePort, KEY, pass, programs, root, start } from "./harness.mjs";
import { commands } from "../shared/examples.mjs";

const STANDIN_KEY = "lumenpasskeyfordevelopment000001";
const REST = "The rest is for subscribers";

// A command of a README, with what stands for it here, started in the checkout's folder.
const words = (command) => command.match(/'[^']*'|\S+/g).map((word) => word.replace(/^'(.*)'$/, "$1"));

test("C92 examples/search-engines: what its README says of four requests, with sound structured data", async (t) => {
  const [two, curls] = commands("examples/search-engines");
  assert.equal(two.length, 2);
  const [site, gate, ports] = [await freePort(), await freePort(), await freePort()];
  const file = join(folder(t), "gate.toml");
  const written = readFileSync(join(root, "examples/search-engines/gate.toml"), "utf8");
  writeFileSync(file, written.replace("4801", site).replace("8086", gate).replace("8087", ports));
  const standin = words(two[0]);
  assert.deepEqual(standin.slice(0, 5), ["cargo", "run", "-p", "iteras-standin", "--"]);
  const free = ["--port", "0", "--control-port", "0", "--site-port", String(site), "--print-ready-json"];
  const ready = (line) => (line.startsWith("{") ? JSON.parse(line) : undefined);
  await start(t, programs.standin, [...standin.slice(5), ...free], ready, { cwd: root });
  const [key, ...running] = words(two[1]);
  assert.equal(key, `ITERAS_PASS_KEY=${STANDIN_KEY}`);
  assert.deepEqual(running, [
    "cargo",
    "run",
    "-p",
    "iteras-gate",
    "--",
    "--config",
    "examples/search-engines/gate.toml",
  ]);
  const listening = (line) => (line.includes('"listening"') ? true : undefined);
  const env = { ITERAS_PASS_KEY: STANDIN_KEY };
  await start(t, programs.gate, ["--config", file], listening, { cwd: root, env });

  // Each line of curl as it stands there.
  const answers = [];
  for (const line of curls) {
    const [, ...said] = words(line);
    const headers = [];
    while (said.length > 1) {
      const [option, value] = said.splice(0, 2);
      headers.push(option == "-A" ? `User-Agent: ${value}` : value);
    }
    const { port, pathname } = new URL(said[0]);
    answers.push(await ask({ 8086: gate, 8087: ports }[port], { path: pathname, host: "localhost", headers }));
  }
  const [reader, liar, crawler, metrics] = answers;
  for (const answer of [reader, liar]) {
    assert.equal(answer.header("x-iteras-reason"), "nopass");
    assert.ok(answer.body.includes("A boat comes") && !answer.body.includes(REST));
    assert.match(answer.body, /"isAccessibleForFree":false/);
  }
  assert.equal(crawler.status, 200);
  assert.ok(crawler.body.includes(REST));
  assert.match(crawler.body, /"isAccessibleForFree":false/);
  assert.deepEqual(["x-robots-tag", "cache-control"].map(crawler.header), ["noarchive", "private, no-store"]);
  // What the gate writes is what the checker wants to see.
  for (const [name, { body }] of Object.entries({ reader, crawler })) {
    const page = join(folder(t), `${name}.html`);
    writeFileSync(page, body);
    const { status, stdout } = spawnSync(programs.iteras, ["check-site", "--json", page], { encoding: "utf8" });
    const [{ findings, advice }] = JSON.parse(stdout).sources;
    assert.deepEqual([status, findings, advice], [0, [], []], name);
  }
  for (const result of ["spoofed", "range"]) {
    assert.ok(
      metrics.body.includes(`iteras_gate_crawlers_total{agent="Googlebot",result="${result}"} 1\n`),
      metrics.body,
    );
  }
  const cookie = `Cookie: iteraspass=${pass({ key: STANDIN_KEY })}`;
  const subscriber = await ask(gate, { path: "/articles/1", host: "localhost", headers: [cookie] });
  assert.ok(subscriber.body.includes(REST));
});

test("examples/wordpress: the file is sound, and says what its README says", () => {
  const [[check, run]] = commands("examples/wordpress");
  const options = words(check);
  assert.deepEqual(options.slice(0, 5), ["cargo", "run", "-p", "iteras-gate", "--"]);
  assert.ok(check.startsWith(run), "the second command is the first without --check");
  const explained = (url) => {
    const given = [...options.slice(5, -1), url];
    const env = { ...process.env, ITERAS_PASS_KEY: KEY, ITERAS_EDITOR_KEY: EDITOR_KEY };
    const { status, stdout, stderr } = spawnSync(programs.gate, given, { cwd: root, env, encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""], stdout);
    return stdout;
  };
  assert.match(explained(options.at(-1)), /sound\n/);
  const at = (path) => explained(`http://www.pub.example${path}`);
  const asks = /n8fsoupukhv3/;
  for (const path of [
    "/",
    "/about/us",
    "/?page_id=12",
    "/wp-login.php",
    "/wp-content/x.css",
    "/wp-json/ours/v1/contact",
  ]) {
    assert.doesNotMatch(at(path), asks, path);
  }
  for (const path of [
    "/2026/01/fog/",
    "/feed/",
    "/?feed=rss2",
    "/?p=5",
    "/about/?p=5",
    "/wp-json/wp/v2/posts",
    "/?rest_route=/wp/v2/posts",
    "/wp-json/oembed/1.0/embed",
    "/2026/01/fog/embed/",
  ]) {
    assert.match(at(path), asks, path);
  }
});
