// `iteras/server` of the packed file in the other runtimes that it names, each from its npm package.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { promisify } from "node:util";
import vm from "node:vm";

import { writeInput } from "../shared/input.mjs";
import { root, toolFile } from "./harness.mjs";
import { entries, KEY, PASS, passUntil, WALL } from "./server-helpers.mjs";

const OLD_PASS = passUntil("2020-01-01T00:00:00Z");
const RUNTIMES = {
  Node: [() => process.execPath, []],
  Deno: [() => program("@deno", "deno"), ["run", "--no-remote", "--no-prompt", "--no-lock"]],
  Bun: [() => program("@oven", "bin/bun"), ["run"]],
};

let folder;
before(async () => ({ folder } = await entries()));

// npm installs the program for this machine alone; the packages' own scripts, which copy it, do not run.
function program(scope, file) {
  const [platform] = readdirSync(toolFile(scope));
  return toolFile(scope, platform, process.platform == "win32" ? `${file}.exe` : file);
}

for (const [name, [path, flags]] of Object.entries(RUNTIMES)) {
  test(`${name} checks passes and guards an answer`, async () => {
    const { stdout } = await promisify(execFile)(path(), [...flags, join(folder, "smoke.mjs"), KEY, PASS, OLD_PASS], {
      cwd: folder,
    });
    const facts = { level: "sub", paywallid: WALL, subscriber: "31168", keyId: "0" };
    assert.deepEqual(JSON.parse(stdout), {
      verdicts: [
        { authorized: true, reason: null, ...facts, expires: "2099-12-31T23:59:59.000Z" },
        { authorized: false, reason: "expired", ...facts, expires: "2020-01-01T00:00:00.000Z" },
        {
          authorized: false,
          reason: "malformed",
          level: null,
          paywallid: null,
          subscriber: null,
          expires: null,
          keyId: null,
        },
      ],
      told: [
        {
          "x-iteras-verdict": "pass",
          "x-iteras-level": "sub",
          "x-iteras-paywall": WALL,
          "x-iteras-subscriber": "31168",
          "x-iteras-expires": "2099-12-31T23:59:59Z",
        },
      ],
      answers: [
        [200, "private, no-cache", "Cookie", null, null],
        [302, "private, no-store", "Cookie", "/subscribe?iterasnext=%2Fa%3Fb%3D1&iterasaccess=sub", "expired"],
        [302, "private, no-store", "Cookie", "/subscribe?iterasnext=%2Fa%3Fb%3D1&iterasaccess=sub", "invalid"],
      ],
      pages: [
        [200, "1/1", "iterasmeter; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"],
        [401, "1/1", null],
        [200, "1/1", null],
      ],
      refused: ["bad_option", "createGate: keys: no signing key, so no pass could be checked"],
    });
  });
}

for (const [name, [path, flags]] of Object.entries(RUNTIMES)) {
  test(`${name} makes the teaser that the Rust gate makes, and marks an open page`, async () => {
    const read = (file) => readFileSync(join(root, "crates/gate/tests/pages", file), "utf8");
    const page = read("article.html");
    const running = promisify(execFile)(path(), [...flags, join(folder, "teaser.mjs"), KEY], { cwd: folder });
    writeInput(running.child, page);
    const said = JSON.parse((await running).stdout);
    assert.equal(said.teaser, read("article.teaser.html"));
    const type = "<!doctype html>";
    assert.equal(said.marked, page.replace(type, `${type}<meta name="iteras-gate" content="open">`));
  });
}

const ASK = `
  const said = (work) => {
    try {
      return work();
    } catch ({ code, message, cause }) {
      return [code, message, cause !== undefined];
    }
  };
  const { createGate, createLogin, normalPath } = require("iteras/server");
  const { teaser } = require("iteras/teaser");
  const gate = { keys: [${JSON.stringify(KEY)}], paywallid: ${JSON.stringify(WALL)} };
  [
    said(() => createGate(gate)),
    said(() => createLogin({ key: ${JSON.stringify(KEY)} })),
    said(() => normalPath("/a")),
    said(() => teaser({ gated: ".article" })),
  ];`;

for (const [name, ask] of Object.entries({
  "without WebAssembly at all": async () => {
    const program = `console.log(JSON.stringify(eval(${JSON.stringify(ASK)})))`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--jitless", "-e", program], { cwd: folder });
    return JSON.parse(stdout);
  },
  "that forbids compiling it, as edge functions do": () => {
    const given = { TextEncoder, TextDecoder, URL, Request, Response, Headers, console };
    const context = vm.createContext(given, { codeGeneration: { wasm: false, strings: true } });
    const load = (path) => {
      const module = { exports: {} };
      const text = readFileSync(path, "utf8");
      const names = ["module", "exports", "require"];
      vm.compileFunction(text, names, { parsingContext: context })(module, module.exports, (name) =>
        load(join(path, "..", name)),
      );
      return module.exports;
    };
    context.require = (name) => load(createRequire(join(folder, "package.json")).resolve(name));
    return vm.runInContext(ASK, context);
  },
})) {
  test(`a runtime ${name} is told so in our own words, by every call`, async () => {
    const said = await ask();
    for (const [at, answer] of said.entries()) {
      const [code, message, hasCause] = answer;
      assert.equal(code, "wasm_blocked", message);
      const entry = at == 3 ? "teaser" : "server";
      assert.match(
        message,
        new RegExp(`^iteras/${entry}: this runtime compiles no WebAssembly \\(.+\\)\\. Node, Deno and`),
      );
      assert.ok(hasCause && !message.includes(KEY));
    }
    assert.equal(said.length, 4);
  });
}
