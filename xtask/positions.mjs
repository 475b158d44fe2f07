// Takes the names of fields out of the questions of the page's script, for the scripts that readers download:
//
//   const { reason, value } = core.decide({ cookie: cookie(), access, confirmed, ids }, now());
//   const [, reason, value] = core.ask("d", [cookie(), access, confirmed, ids], now());
//
// Names cost more bytes there than all that they name. A question whose fields are not exactly those of the
// schema (src/page/questions.json), or whose answer is not taken apart at once, ends the build.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

// The functions that ask by names, and the one that asks by positions, as files of one folder.
const QUESTIONS = /\/questions\.js$/;
const CORE = "/core.js";

const schema = JSON.parse(readFileSync(new URL("../src/page/questions.json", import.meta.url), "utf8")).questions;

/** The plugin for esbuild; `acorn` parses. */
export const positions = (acorn) => ({
  name: "positions",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/](page|companion)[\\/]\w+\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      return { contents: withoutNames(acorn, basename(path), text) };
    });
  },
});

/** The text of a script with positions instead of names. */
export function withoutNames(acorn, file, text) {
  const edits = [];
  const tree = acorn.parse(text, { ecmaVersion: 2022, sourceType: "module" });
  visit(tree, {}, (node, above) => {
    if (node.type == "ImportDeclaration" && QUESTIONS.test(node.source.value)) {
      const core = node.source.value.replace(QUESTIONS, CORE);
      edits.push([node.source.start, node.source.end, () => JSON.stringify(core)]);
    }
    const name = node.type == "CallExpression" && asked(node.callee);
    if (!name) return;
    const refuse = (why) => {
      const line = text.slice(0, node.start).split("\n").length;
      throw new Error(`${file}:${line}: core.${name}: ${why}`);
    };
    const question = schema.find((question) => question.name == name);
    if (!question) refuse("the schema has no such question");
    const letter = JSON.stringify(question.letter);
    edits.push([node.callee.start, node.arguments[0].start, () => `core.ask(${letter}, `]);
    edits.push(fields(question, node.arguments[0], refuse));
    edits.push(taken(question, above, refuse));
  });
  // From the end, so that places before stay as they are.
  edits.sort(([one], [other]) => other - one);
  let edited = text;
  for (const [start, end, made] of edits) edited = edited.slice(0, start) + made(text) + edited.slice(end);
  return edited;
}

// The question's name, in `core.name`.
const asked = ({ type, object, property }) => type == "MemberExpression" && object.name == "core" && property.name;

// The names in an object or a pattern, with what stands for each.
function named(object, refuse) {
  return new Map(
    object.properties.map(({ type, key, value, computed }) => {
      if (type != "Property" || computed || key.type != "Identifier") refuse("fields are written out, by plain names");
      return [key.name, value];
    }),
  );
}

// Behind `...` stands a field that is a list, an item a field (questions.js).
const isList = (field) => field.startsWith("...");
const plain = (field) => field.replace("...", "");

// `{ name: value, … }` becomes `[value, …]`, in the order of the schema.
function fields({ question }, given, refuse) {
  if (given.type != "ObjectExpression") refuse("fields are written out where it is asked");
  const values = named(given, refuse);
  const expected = question.map(plain);
  const unknown = [...values.keys()].filter((name) => !expected.includes(name));
  const wrong = [...expected.filter((name) => !values.has(name)), ...unknown];
  if (wrong.length) refuse(`missing or unknown: ${wrong.join(", ")}`);
  const value = (text, field) => (isList(field) ? '"", ...' : "") + slice(text, values.get(plain(field)));
  return [given.start, given.end, (text) => `[${question.map((field) => value(text, field)).join(", ")}]`];
}

// `const { name } = …` becomes `const [, name] = …`, and `….name` becomes `…[1]`: what is refused comes first.
function taken({ answer }, above, refuse) {
  const at = (name) => answer.map(plain).indexOf(name) + 1 || refuse(`the answer has no ${name}`);
  if (above.type == "MemberExpression" && !above.computed) {
    const place = at(above.property.name);
    if (isList(answer[place - 1])) refuse("a list is taken by a pattern");
    return [above.object.end, above.end, () => `[${place}]`];
  }
  if (above.type != "VariableDeclarator" || above.id.type != "ObjectPattern") refuse("answers are taken apart at once");
  const places = [];
  for (const [name, value] of named(above.id, refuse)) places[at(name)] = value;
  const pattern = (text) =>
    Array.from(places, (value, place) => (value && isList(answer[place - 1]) ? "..." : "") + slice(text, value));
  return [above.id.start, above.id.end, (text) => `[${pattern(text).join(", ")}]`];
}

const slice = (text, node) => (node ? text.slice(node.start, node.end) : "");

// Calls back for each node with the one above it.
function visit(node, above, back) {
  back(node, above);
  for (const part of Object.values(node)) {
    for (const child of Array.isArray(part) ? part : [part]) if (child && child.type) visit(child, node, back);
  }
}
