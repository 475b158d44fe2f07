// Node, where nothing may happen at import and every call has an answer.
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, test } from "node:test";

import { install, run, version } from "./harness.mjs";

const NAMES = [
  "carry",
  "configure",
  "frame",
  "isLoggedIn",
  "logoutFromWall",
  "orderingiframe",
  "pass",
  "paywalliframe",
  "selfserviceiframe",
  "signupiframe",
  "version",
  "wall",
  "watchWall",
];
const SERVER_NAMES = ["createGate", "createLogin", "expressGate", "expressLogin", "mark", "normalPath"];
const ELEMENTS = ["IterasLogin", "IterasOrder", "IterasSelfservice", "IterasWall"];

const REACT = ["Wall", "usePass", "useWall"];
const VUE = ["usePass", "useWall"];

// While one develops, Vue itself leaves some for its tools.
const isOurs = (name) => !name.startsWith("__VUE_");

let app;
before(async () => (app = await install("node")));

const ask = async (file, ...args) => JSON.parse(await run(join(app, file), args, { cwd: app }));

for (const [entry, names] of [
  ["iteras", NAMES],
  ["iteras/js", NAMES],
  ["iteras/elements", ELEMENTS],
  ["iteras/react", REACT],
  ["iteras/vue", VUE],
  ["iteras/global", []],
  ["iteras/companion", NAMES],
  ["iteras/companion/js", NAMES],
  ["iteras/companion/elements", ELEMENTS],
  ["iteras/companion/react", REACT],
  ["iteras/companion/vue", VUE],
  ["iteras/meter", []],
  ["iteras/datalayer", ["listen"]],
  ["iteras/server", SERVER_NAMES],
  ["iteras/teaser", ["teaser"]],
  ["iteras/testing", ["fakeService", "makePass", "signPass", "stubIteras"]],
]) {
  test(`importing ${entry} does nothing`, async () => {
    const { globals, compiled, exports } = await ask("import.mjs", entry);
    assert.deepEqual(
      { globals: globals.filter(isOurs), compiled, exports: exports.filter((name) => name != "default") },
      { globals: [], compiled: 0, exports: names },
    );
    const required = await ask("require.cjs", entry);
    assert.deepEqual([required.globals.filter(isOurs), required.exports.sort()], [[], names]);
  });
}

const undecided = {
  authorized: false,
  pending: true,
  reason: null,
  level: null,
  paywallid: null,
  subscriber: null,
  expires: null,
};

test("on a server every call has an answer and none does anything", async () => {
  const { answers, symbols, hasGlobal } = await ask("server.mjs");
  for (const answer of answers) {
    assert.deepEqual(answer, {
      wall: undecided,
      told: [undecided],
      logout: "undefined",
      html: ["", "", "", ""],
      frame: null,
      pass: null,
      isLoggedIn: false,
      carry: "undefined",
      configured: "undefined",
      refused: [true, "bad_option"],
      version,
    });
  }
  assert.equal(answers.length, 4);
  assert.deepEqual([symbols.filter((symbol) => /iteras/.test(symbol)), hasGlobal], [[], false]);
});

test("the same of the companion, which leaves the configuration to the official script", async () => {
  const { answers, symbols, hasGlobal } = await ask("companion.mjs");
  for (const answer of answers) {
    assert.deepEqual(answer, {
      wall: undecided,
      told: [undecided],
      logout: "undefined",
      html: ["", "", "", ""],
      frame: null,
      pass: null,
      isLoggedIn: false,
      carry: "undefined",
      configured: "undefined",
      refused: [true, "bad_option", "Iteras.configure: base: expected to be left to the official script"],
      version,
    });
  }
  assert.equal(answers.length, 4);
  assert.deepEqual([symbols.filter((symbol) => /iteras/.test(symbol)), hasGlobal], [[], false]);
});
