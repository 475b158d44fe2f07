// The package in jsdom, as Jest's environment of that name runs it: with Node's JavaScript, in a window that has
// neither TextEncoder nor fetch.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import vm from "node:vm";

import { OTHER_PASS, PASS, WALL, consumers, install, otherWall } from "./harness.mjs";

const { JSDOM, VirtualConsole } = createRequire(join(consumers, "package.json"))("jsdom");

let folder;
before(async () => (folder = join(await install("jsdom"), "node_modules/iteras")));

/** A window, and `load(entry)` for what a program in it requires of the package. */
function open({ cookie = PASS[1], without = ["TextEncoder", "TextDecoder"], html = "" } = {}) {
  const complaints = [];
  const virtualConsole = new VirtualConsole();
  for (const type of ["error", "warn", "jsdomError"]) {
    virtualConsole.on(type, (...said) => complaints.push(said.map((it) => it?.message ?? it).join(" ")));
  }
  const options = { url: "https://pub.example/article", runScripts: "outside-only", virtualConsole };
  const dom = new JSDOM(`<!doctype html><body>${html}</body>`, options);
  const { window } = dom;
  for (const name of without) delete window[name];
  if (cookie) window.document.cookie = `iteraspass=${cookie}; Path=/`;
  const context = dom.getInternalVMContext();
  const modules = new Map();
  const load = (file) => {
    const path = join(folder, file);
    if (!modules.has(path)) {
      const module = { exports: {} };
      modules.set(path, module);
      const run = vm.compileFunction(readFileSync(path, "utf8"), ["module", "exports", "require"], {
        filename: path,
        parsingContext: context,
      });
      run(module, module.exports, (name) => load(join(dirname(file), name)));
    }
    return modules.get(path).exports;
  };
  return { window, load, complaints };
}

for (const entry of ["index.cjs", "js.cjs"]) {
  test(`${entry}: walls, frames and passes without TextEncoder`, () => {
    const { window, load, complaints } = open();
    assert.equal(window.eval("typeof TextEncoder + typeof fetch"), "undefinedundefined");
    const { wall, watchWall, pass, isLoggedIn, paywalliframe, logoutFromWall } = load(entry);
    const reasons = [];
    assert.equal(wall({ paywallid: WALL, access: "sub" }).authorized, true);
    assert.equal(
      wall({ paywallid: "AAAA1111", unauthorized: (verdict) => reasons.push(verdict.reason) }).pending,
      false,
    );
    const stop = watchWall({ paywallid: WALL }, ({ reason }) => reasons.push(reason));
    assert.deepEqual([pass().paywallids.join(), pass().subscriber, isLoggedIn()], [WALL, "31168", true]);
    const frame = paywalliframe({ profile: "lumen", paywallid: "blåbær\ud83c\udf53\ud800" });
    assert.match(frame, /\/paywall\/bl%C3%A5b%C3%A6r%F0%9F%8D%93%EF%BF%BD\//);
    logoutFromWall({ redirect: null });
    stop();
    assert.deepEqual(reasons, ["wrongpaywall", null, "nopass"]);
    assert.equal(window.document.cookie, "");
    assert.deepEqual(complaints, [otherWall(WALL, "AAAA1111")]);
    window.close();
  });
}

test("bytes are those of TextEncoder, whatever the text", () => {
  const texts = ["", "a", "å", "→", "🍓", "\ud800", "\udc00\ud800", "a\ud83cb", "\ud83c\udf53\udf53", "\0\x1f\x7f%25+"];
  const made = (without) => {
    const { window, load } = open({ without });
    if (!without.length) Object.assign(window, { TextEncoder, TextDecoder });
    const { orderingiframe } = load("index.cjs");
    const html = texts.map((text) =>
      orderingiframe({ profile: "lumen", orderingid: "o", cssclass: text, title: text }).replace(
        /\b[0-9a-f]{32}\b/g,
        "",
      ),
    );
    window.close();
    return html;
  };
  assert.deepEqual(made(["TextEncoder", "TextDecoder"]), made([]));
});

test("the elements work there, too", async () => {
  const html = `<iteras-wall paywallid="AAAA1111"><p data-when="open" hidden>The article</p></iteras-wall>
    <iteras-login profile="lumen" paywallid="AAAA1111"></iteras-login>`;
  const { window, load, complaints } = open({ cookie: OTHER_PASS[1], html });
  load("elements.cjs");
  await new Promise((done) => window.setTimeout(done));
  const state = () => window.document.querySelector("iteras-wall").dataset.state;
  assert.deepEqual([state(), window.document.querySelector("p").hidden], ["open", false]);
  assert.match(window.document.querySelector("iteras-login > iframe").src, /\/lumen\/paywall\/AAAA1111\//);
  load("index.cjs").logoutFromWall({ redirect: null });
  assert.equal(state(), "closed");
  assert.deepEqual(complaints, []);
});

test("where WebAssembly can't run, the sentence says so and names its cause", () => {
  const { window, load } = open();
  window.eval("WebAssembly = undefined");
  assert.throws(
    () => load("index.cjs").wall(),
    (error) => {
      assert.equal(error.code, "wasm_blocked");
      assert.match(error.message, /WebAssembly can't run/);
      assert.ok(error.cause);
      return true;
    },
  );
  assert.equal(load("js.cjs").wall({ paywallid: WALL }).authorized, true);
  window.close();
});

test("iteras/testing makes passes there, and a stub says what it is told to", () => {
  const { window, load, complaints } = open({ cookie: "" });
  const { makePass, stubIteras } = load("testing.cjs");
  const { wall, watchWall, pass } = load("index.cjs");
  const stub = stubIteras({ authorized: false, reason: "expired" });
  const told = [];
  const stop = watchWall({ paywallid: WALL }, ({ authorized, reason }) => told.push(authorized ? "open" : reason));
  wall({ paywallid: WALL, redirect: "/subscribe" });
  const unauthorized = ({ reason, requested }) => told.push(`${reason} ${requested.paywallid}`);
  wall({ unauthorized, authorized: ({ level }) => told.push(level) });
  stub.show({ authorized: true });
  stop();
  stub.show({ authorized: false });
  assert.deepEqual(told, ["expired", "expired null", "open", "sub"]);
  assert.deepEqual([...stub.redirects], ["/subscribe"]);
  assert.deepEqual([pass(), stub.walls.length], [null, 3]);
  assert.throws(() => stub.show({ authorized: false, pending: true }), /expected a decided verdict/);
  assert.throws(() => stubIteras({ reason: "expired" }), { code: "bad_option" });
  stub.restore();
  assert.equal(wall({ paywallid: WALL }).reason, "nopass");
  window.document.cookie = `iteraspass=${makePass({ paywallid: WALL, subscriber: "7" })}; path=/`;
  assert.deepEqual([wall({ paywallid: WALL }).authorized, pass().subscriber], [true, "7"]);
  assert.deepEqual(complaints, []);
  window.close();
});
