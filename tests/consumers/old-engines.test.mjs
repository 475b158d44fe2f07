// README's promise about old browsers: the scripts for a tag are ES2015, and whatever they use of the web is either in
// the oldest versions of README's table or asked for before it is used.
//
// A name is looked up wherever it stands in the compatibility data, since no type says whose member it is: it counts as
// old when any interface had it in time. What only newer ones have must be in NEWER, with the words of the source that
// ask whether it is there.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const dist = process.env.ITERAS_DIST || join(root, "dist");
const tools = createRequire(join(process.env.ITERAS_TOOLS || join(root, "target/tools/npm"), "package.json"));
const acorn = tools("acorn");
const data = tools("@mdn/browser-compat-data");

const BROWSERS = { Chromium: "chrome", Firefox: "firefox", Safari: "safari" };

// Newer than the oldest versions, and what in the source asks for it first.
const NEWER = {
  AbortController: /typeof AbortController == "function" && new AbortController/,
  signal: /signal: stop \? stop\.signal : null/,
  locks: /try \{\s+navigator\.locks\.request\([^]*?\} catch \(error\) \{\s+take\("claimed"\)/,
  prerendering: /if \(doc\.prerendering\) \{/,
  // An event that nobody else sends.
  prerenderingchange: /if \(doc\.prerendering\) \{\s+(return doc\.addEventListener|listen)\(/,
  reportError: /typeof reportError == "function"/,
  trustedTypes: /if \(window\.trustedTypes\)\s+policy = trustedTypes\.createPolicy/,
  createPolicy: /if \(window\.trustedTypes\)\s+policy = trustedTypes\.createPolicy/,
  // Without Trusted Types the policy is an object of ours.
  createHTML: /policy = \{ createHTML: String, createScriptURL: String \}/,
  createScriptURL: /policy = \{ createHTML: String, createScriptURL: String \}/,
  shadowRoot: /shadowRoot && search\(shadowRoot/,
  nonce: /nonce: script\.nonce \|\| ""/,
  integrity: /if \(tag\.integrity\)/,
};
// Fields of our own objects, and of a module's exports, that only newer interfaces happen to have, too.
const OURS = ["configure", "element", "endpoints", "layer", "level", "list", "memory", "pending", "profile", "request"];

const scripts = readdirSync(dist).filter((name) => /^iteras(\.fallback|\.meter|\.datalayer)?\.js$/.test(name));
const source = ["", "page", "meter", "datalayer"]
  .flatMap((folder) => readdirSync(join(root, "pkg-template/src", folder)).map((name) => join(folder, name)))
  .filter((name) => name.endsWith(".js"))
  .map((name) => readFileSync(join(root, "pkg-template/src", name), "utf8"))
  .join("\n");

const parse = (name) =>
  acorn.parse(readFileSync(join(dist, name), "utf8"), { ecmaVersion: 2015, sourceType: "script" });

/** The oldest versions with the fallback, from README's table: `{ chrome: 49, … }`. */
function promised() {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const rows = readme.matchAll(/^\| (Chromium|Firefox|Safari)[^|]*\|[^|]*\| from ([\d.]+) \|$/gm);
  return Object.fromEntries(Array.from(rows, ([, name, version]) => [BROWSERS[name], Number(version)]));
}

/** Each name in the compatibility data, and whether some place of it is as old as that. */
function known(oldest) {
  const names = new Map();
  const old = ({ support }) =>
    Object.entries(oldest).every(([browser, version]) =>
      [support[browser]].flat().some((since) => {
        const {
          version_added: added,
          version_removed,
          partial_implementation,
          flags,
          prefix,
          alternative_name,
        } = since;
        // A feature that was there in part first, for documents of HTML alone, counts as there.
        if (flags || prefix || alternative_name || (version_removed && !partial_implementation)) return false;
        return typeof added == "string" && parseFloat(added.replace("≤", "")) <= version;
      }),
    );
  const note = (name, compat) => names.set(name, names.get(name) || old(compat));
  const walk = (tree, depth) => {
    for (const [key, value] of Object.entries(tree)) {
      if (key == "__compat") continue;
      if (value.__compat) note(key.replace(/_(static|event)$/, ""), value.__compat);
      if (depth > 1) walk(value, depth - 1);
    }
  };
  for (const tree of [data.api, data.javascript.builtins]) walk(tree, 2);
  for (const [key, { __compat }] of Object.entries(data.css.properties)) {
    if (__compat)
      note(
        key.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()),
        __compat,
      );
  }
  return names;
}

/** The names that a script reads from objects and from the global scope, and the events that it listens for. */
function used(tree) {
  const names = new Set();
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!node || typeof node.type != "string") return;
    if (node.type == "Identifier") names.add(node.name);
    if (node.type == "MemberExpression" && typeof node.property.value == "string") names.add(node.property.value);
    // The key of an object of ours is no use of a name, unless it is taken out of another.
    const keys = Object.keys(node).filter((key) => !(node.type == "Property" && key == "key" && !node.computed));
    if (node.type == "ObjectPattern") {
      for (const { key, computed } of node.properties) if (!computed) names.add(String(key.name ?? key.value));
    }
    for (const key of keys) if (typeof node[key] == "object") visit(node[key]);
    if (node.type == "CallExpression" && node.arguments.length > 1) {
      for (const { value } of node.arguments.slice(0, 2))
        if (typeof value == "string" && /^[a-z]+$/i.test(value)) names.add(value);
    }
  };
  visit(tree);
  // Shorter ones are what the names of variables were made.
  return [...names].filter((name) => name.length > 2);
}

test("the scripts for a tag are ES2015", () => {
  assert.equal(scripts.length, 4);
  for (const name of scripts) parse(name);
  assert.throws(() => acorn.parse("a?.b", { ecmaVersion: 2015 }), SyntaxError);
});

test("what they use of the web is in the oldest browsers of README's table, or asked for before it is used", () => {
  const oldest = promised();
  assert.deepEqual(Object.keys(oldest).sort(), Object.values(BROWSERS).sort());
  const names = known(oldest);
  // The data says what it should.
  assert.deepEqual(
    ["fetch", "MutationObserver", "reportError", "fromHex", "checkVisibility", "iteras"].map((name) => names.get(name)),
    [true, true, false, false, false, undefined],
  );
  const newer = new Set(scripts.flatMap((name) => used(parse(name)).filter((word) => names.get(word) === false)));
  const listed = [...Object.keys(NEWER), ...OURS];
  assert.deepEqual(
    [...newer].filter((name) => !listed.includes(name)),
    [],
    "newer than README promises, and not asked for first",
  );
  // Nothing stays in the lists that is not used any more, and what asks is still there.
  assert.deepEqual(
    listed.filter((name) => !newer.has(name)),
    [],
  );
  for (const [name, guard] of Object.entries(NEWER)) assert.match(source, guard, name);
});
