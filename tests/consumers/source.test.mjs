// The sources of the page's script: no import goes in a circle, and what it asks of the core is the schema that
// the core's side is held against, too (src/page/questions.rs), with names and in the scripts that have none.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { first } from "../../pkg-template/src/npm/frameworks/verdict.js";
import * as questions from "../../pkg-template/src/page/questions.js";
import { state } from "../../pkg-template/src/page/state.js";
import { inPlaceOf } from "../../xtask/engines.mjs";
import { withoutNames } from "../../xtask/positions.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const source = join(root, "pkg-template/src");
const agreed = JSON.parse(readFileSync(join(root, "src/page/questions.json"), "utf8")).questions;

/** The files that a file of ours imports, now or later. */
function imports(file) {
  const found = readFileSync(file, "utf8").matchAll(/(?:\bfrom|^import|\bimport\(|\brequire\()\s*"(\.[^"]+\.js)"/gm);
  return Array.from(found, ([, path]) => join(dirname(file), path));
}

/**
 * The first circle that can be come upon from a file, as the files on it; undefined where there is none. `imported`
 * gives the files that one imports.
 */
function circle(file, imported, path = [], done = new Set()) {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (done.has(file)) return undefined;
  for (const next of imported(file)) {
    const found = circle(next, imported, [...path, file], done);
    if (found) return found;
  }
  done.add(file);
}

const files = readdirSync(source, { recursive: true }).filter((name) => name.endsWith(".js"));
const companion = (file) => imports(file).map((next) => inPlaceOf(next, file));
for (const [what, imported] of [
  ["no import", imports],
  ["no import of the companion's, whose files stand in the place of the page's,", companion],
]) {
  test(`${what} goes in a circle`, () => {
    const done = new Set();
    for (const name of files) {
      const found = circle(join(source, name), imported, [], done);
      assert.equal(found && found.map((file) => relative(source, file)).join(" -> "), undefined);
    }
    assert.ok(done.size >= files.length);
  });
}

test("the companion's files that have the name of one of the page's are what others import", () => {
  const walls = join(source, "page/walls.js");
  const own = join(source, "companion/walls.js");
  assert.equal(inPlaceOf(walls, join(source, "companion/iteras.js")), own);
  assert.equal(inPlaceOf(walls, own), walls);
  assert.equal(inPlaceOf(join(source, "page/options.js"), walls), join(source, "page/options.js"));
  assert.ok(companion(join(source, "page/walls.js")).includes(join(source, "companion/renewal.js")));
});

test("each reason of a server's verdict is one of a page's where a component gets it", () => {
  const types = (file) => readFileSync(join(root, "pkg-template/types", file), "utf8");
  const named = (text, name) => new RegExp(`export type ${name} =([^;]*);`).exec(text)[1].match(/\w+/g);
  const [ofPages, ofServers] = [named(types("index.d.ts"), "Reason"), named(types("server.d.ts"), "GateReason")];
  assert.ok(ofServers.includes("signature") && ofPages.includes("refused"));
  for (const reason of [...ofServers, "invalid"]) {
    const shown = first({ authorized: false, reason }).reason;
    assert.equal(shown, ofPages.includes(reason) ? reason : "refused");
  }
});

const FIELD = "\x1f";
const told = (names) => ["", ...names.map((name) => `<${name}>`)].join(FIELD);
// Each field is there and says its name; one that is a list has one item.
const given = (question) =>
  Object.fromEntries(question.map((name) => (isList(name) ? [name.slice(3), [`<${name}>`]] : [name, `<${name}>`])));
const isList = (name) => name.startsWith("...");
const sent = (question) => told(question).replace(`${FIELD}<...`, `${FIELD}${FIELD}<...`);

test("the script has the questions of the schema and no others", () => {
  const own = Object.keys(questions).sort();
  assert.deepEqual(own.sort(), agreed.map(({ name }) => name).sort());
});

for (const { letter, name, question, answer } of agreed) {
  test(`${name} asks with the fields of the schema, in order, and labels its answer as there`, () => {
    const asked = [];
    state.ask = (...call) => {
      asked.push(call);
      return told(answer);
    };
    const labelled = questions[name](given(question), 7);
    assert.deepEqual(asked, [[letter + sent(question), 7]]);
    assert.deepEqual(labelled, given(answer));
  });

  test(`${name} fails without a field, and by an answer that is refused or has other fields`, () => {
    state.ask = () => told(answer);
    for (const missing of question) {
      const without = given(question.filter((field) => field != missing));
      assert.throws(() => questions[name](without), TypeError, missing);
    }
    // A list takes whatever comes.
    const more = answer.some(isList) ? [] : [told([...answer, "more"])];
    for (const bad of ["?", "", told(answer.slice(1).filter((name) => !isList(name))), ...more]) {
      state.ask = () => bad;
      assert.throws(() => questions[name](given(question)), { message: `question ${letter}` });
    }
  });
}

test("separators in a field become NUL; lists keep their items", () => {
  let asked;
  state.ask = (question) => {
    asked = question;
    return told(["url"]);
  };
  questions.carry({ link: ["a", "", "b\x1e"], page: [], paths: ["x\x1fy", "z"] });
  assert.equal(asked, ["y", "a\x1e\x1eb\0", "", "x\0y\x1ez"].join(FIELD));
  const fields = Object.fromEntries(agreed.find(({ name }) => name == "frame").question.map((name) => [name, "\x1e"]));
  state.ask = (question) => {
    asked = question;
    return told(["refused", "html", "token", "clean", "name", "value"]);
  };
  const { attributes } = questions.frame(Object.assign(fields, { prefill: ["a\x1eb", "c\x1fd"] }));
  assert.deepEqual(attributes, ["<name>", "<value>"]);
  assert.ok(asked.endsWith(["", "\x1e", "\x1e", "", "a\x1eb", "c\0d"].join(FIELD)));
});

const tools = process.env.ITERAS_TOOLS || join(root, "target/tools/npm");
const acorn = createRequire(join(tools, "package.json"))("acorn");
const import_ = 'import * as core from "./questions.js";\n';

test("the scripts for a tag ask by position, as the schema orders the fields", () => {
  const named =
    "const { level, reason: why } = core.decide({ mark: 0, ids, access: call.access, cookie: f(), confirmed, givenUp }, now());";
  const [first, second] = withoutNames(acorn, "a.js", `${import_}${named}`).split("\n");
  assert.equal(first, 'import * as core from "./core.js";');
  assert.equal(
    second,
    'const [, why, , , level] = core.ask("d", [f(), call.access, confirmed, givenUp, 0, ids], now());',
  );
  const one = withoutNames(acorn, "a.js", "if (core.has({ value, cookie }).has) items(a);");
  assert.equal(one, 'if (core.ask("h", [cookie, value])[1]) items(a);');
});

for (const [wrong, why] of [
  ["const { has } = core.has({ value });", "core.has: missing or unknown: cookie"],
  ["const { has } = core.has({ value, cookie, extra });", "core.has: missing or unknown: extra"],
  ["const { had } = core.has({ value, cookie });", "core.has: the answer has no had"],
  ["f(core.frame({ ...o }).attributes);", "core.frame: fields are written out, by plain names"],
  ["const answer = core.has({ value, cookie });", "core.has: answers are taken apart at once"],
  ["const { has } = core.has(fields);", "core.has: fields are written out where it is asked"],
  ["const { has } = core.has({ value, ...rest });", "core.has: fields are written out, by plain names"],
  ["core.hasnt({ value, cookie });", "core.hasnt: the schema has no such question"],
]) {
  test(`the build ends at ${wrong}`, () => {
    assert.throws(() => withoutNames(acorn, "a.js", `\n${wrong}`), { message: `a.js:2: ${why}` });
  });
}
