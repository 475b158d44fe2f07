// The packed file itself: what is in it, what its manifest promises, and that it says the same everywhere.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { dist, filesBelow, install, root, run, tarball, toolFile, version } from "./harness.mjs";

const BESIDE = ["companion", "companion-js", "companion-elements", "companion-react", "companion-vue"];
const OF_PAGES = ["index", "js", "global", "elements", "react", "vue", "meter", "datalayer"];
const ENTRIES = [...OF_PAGES, "server", "teaser", "testing", ...BESIDE];
const INTERNALS = ["core", "wasm", "wasm2js", "server", "teaser"].concat([
  "companion",
  "companion-wasm",
  "companion-wasm2js",
]);
// Of Workers, which are ES modules and get their WebAssembly as a file.
const WORKERS = ["lib/server-workerd.js", "lib/server.wasm", "lib/teaser-workerd.js", "lib/teaser.wasm"];

let folder;
let readme;
let manifest;
const text = (...path) => readFileSync(join(folder, ...path), "utf8");
before(async () => {
  folder = join(await install("package"), "node_modules/iteras");
  [readme, manifest] = [text("README.md"), JSON.parse(text("package.json"))];
});

test("publint has nothing to say", async () => {
  const said = await run(toolFile("publint/src/cli.js"), [tarball, "--strict"]);
  assert.match(said, /All good!/);
});

test("the types are right for every way of resolving them", async () => {
  const cli = toolFile("@arethetypeswrong/cli/dist/index.js");
  const { problems } = JSON.parse(await run(cli, [tarball, "--format", "json"]));
  assert.deepEqual(problems, {});
});

test("the package holds what it should and nothing else", () => {
  const kinds = [".js", ".cjs"];
  const names = [
    "iteras",
    "iteras.fallback",
    "iteras.companion",
    "iteras.companion.fallback",
    "iteras.meter",
    "iteras.datalayer",
  ];
  const expected = [
    ...["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json", "dist/integrity.json"],
    ...ENTRIES.flatMap((entry) => [...kinds, ".d.ts", ".d.cts"].map((kind) => entry + kind)),
    ...INTERNALS.flatMap((part) => kinds.map((kind) => `lib/${part}${kind}`)),
    ...WORKERS,
    ...names.flatMap((name) => [`dist/${name}.js`, `dist/${name}-${version}.js`]),
  ];
  assert.deepEqual(filesBelow(folder), expected.sort());
});

test("the manifest makes no promise that is not kept", () => {
  assert.equal(manifest.version, version);
  for (const kind of ["dependencies", "optionalDependencies", "devDependencies", "scripts"]) {
    assert.equal(manifest[kind], undefined, kind);
  }
  // Frameworks are the app's own, if it has one.
  const peers = Object.keys(manifest.peerDependencies);
  assert.deepEqual(peers, ["react", "vue"]);
  assert.deepEqual(manifest.peerDependenciesMeta, Object.fromEntries(peers.map((name) => [name, { optional: true }])));
  assert.deepEqual([manifest.unpkg, manifest.jsdelivr], ["./dist/iteras.js", "./dist/iteras.js"]);
  for (const named of JSON.stringify(manifest.exports).match(/\.\/[^"]+(?=")/g)) {
    assert.ok(existsSync(join(folder, named)) || named in manifest.exports, named);
  }
  // Types come first: the first condition that fits counts.
  for (const [entry, conditions] of Object.entries(manifest.exports)) {
    if (entry == "./package.json") continue;
    for (const files of Object.values(conditions)) assert.equal(Object.keys(files)[0], "types", entry);
    const kinds = Object.keys(conditions);
    assert.deepEqual(kinds, /server|teaser/.test(entry) ? ["workerd", "import", "require"] : ["import", "require"]);
  }
});

test("each script has the hash that integrity.json and the README name", () => {
  const hashes = JSON.parse(text("dist/integrity.json"));
  const scripts = filesBelow(join(folder, "dist")).filter((name) => name != "integrity.json");
  assert.deepEqual(Object.keys(hashes).sort(), scripts);
  for (const [name, hash] of Object.entries(hashes)) {
    const digest = createHash("sha384")
      .update(readFileSync(join(folder, "dist", name)))
      .digest("base64");
    assert.equal(hash, `sha384-${digest}`, name);
  }
  const [, named, hash] = /<script src="\/static\/([^"]+)" integrity="([^"]+)"/.exec(readme);
  assert.equal(hash, hashes[named]);
});

test("no file names the machine that made it", () => {
  for (const file of filesBelow(folder)) {
    assert.ok(!text(file).includes(root), file);
  }
});

// The names in a README table's first column, below a heading.
function documented(heading) {
  const [section] = readme.split(`## ${heading}\n`)[1].split("\n## ");
  return [...section.matchAll(/^\| `<?(?:iteras-)?(\w+)[^|]*\|/gm)].map(([, name]) => name).sort();
}

// The names that a file of types declares for programs to call.
const declared = (file) =>
  [...text(file).matchAll(/^export (?:declare )?(?:function|const|class) (\w+)/gm)].map(([, name]) => name).sort();

const module = (file) => import(join(folder, file));

test("every export is documented and typed, and nothing else is", async () => {
  const names = Object.keys(await module("index.js")).sort();
  assert.deepEqual(Object.keys(await module("js.js")).sort(), names);
  assert.deepEqual(documented("Functions"), names);
  assert.deepEqual(declared("index.d.ts"), names);
  assert.deepEqual(declared("elements.d.ts"), Object.keys(await module("elements.js")).sort());
  const entries = Object.keys(manifest.exports).map((path) => path.replace(".", "iteras"));
  // A row for each, or for some that go together.
  const rows = readme.matchAll(/^\| ((?:`iteras(?:\/\w+)*`(?:, )?)+) \|/gm);
  const shown = [...rows].flatMap(([, names]) => names.replaceAll("`", "").split(", "));
  assert.deepEqual(shown, [
    "iteras",
    "iteras/js",
    "iteras/elements",
    "iteras/react",
    "iteras/vue",
    "iteras/global",
    "iteras/companion",
    "iteras/companion/js",
    "iteras/companion/elements",
    "iteras/companion/react",
    "iteras/companion/vue",
    "iteras/meter",
    "iteras/datalayer",
    "iteras/server",
    "iteras/teaser",
    "iteras/testing",
  ]);
  assert.deepEqual(
    entries.filter((entry) => !shown.includes(entry)),
    ["iteras/package.json"],
  );
});

test("every function and option for servers is documented and typed", async () => {
  const names = Object.keys(await import(join(folder, "server.js"))).sort();
  assert.deepEqual(declared("server.d.ts"), names);
  for (const name of names) assert.ok(readme.includes(`\`${name}(`), name);
  const [, options] = /interface GateOptions \{([^]*?)\n\}/.exec(text("server.d.ts"));
  const typed = [...options.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name);
  assert.deepEqual(documented("On servers and at the edge"), typed.sort());
  let known;
  try {
    (await import(join(folder, "server.js"))).createGate({ unknown: 1 });
  } catch ({ message }) {
    known = /there are (.*)$/.exec(message)[1].split(", ");
  }
  assert.deepEqual(known.sort(), typed);
});

test("hooks and composables are documented and typed, and are the browser's", async () => {
  for (const [name, exports] of [
    ["react", ["Wall", "usePass", "useWall"]],
    ["vue", ["usePass", "useWall"]],
  ]) {
    assert.deepEqual(declared(`${name}.d.ts`), exports);
    for (const entry of [name, `companion-${name}`]) {
      assert.deepEqual(Object.keys(await module(`${entry}.js`)).sort(), exports);
    }
    for (const called of exports) assert.ok(readme.includes(called == "Wall" ? "`<Wall>`" : `\`${called}(`), called);
  }
  // Server components may render what imports it.
  for (const file of ["react.js", "react.cjs", "companion-react.js"]) {
    const [first] = text(file)
      .replace(/^\/\*[^]*?\*\/\s*/, "")
      .split("\n");
    assert.match(first, /^"use client";/, file);
  }
});

test("what makes passes for tests is documented and typed, and no other file holds or imports it", async () => {
  const names = Object.keys(await module("testing.js")).sort();
  assert.deepEqual(declared("testing.d.ts"), names);
  for (const name of names) assert.ok(readme.includes(`\`${name}(`), name);
  const files = filesBelow(folder).filter((file) => /\.c?js$|\.wasm$/.test(file));
  const holding = (pattern) => files.filter((file) => pattern.test(text(file)));
  assert.deepEqual(holding(/\bfakeService\b/), ["testing.cjs", "testing.js"]);
  assert.deepEqual(holding(/(from|import\(|require\()\s*"[^"]*testing/), []);
  for (const file of files.filter((file) => file.endsWith(".wasm"))) {
    const exported = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(join(folder, file))));
    assert.ok(exported.length > 5, file);
    assert.deepEqual(
      exported.filter(({ name }) => /sign/i.test(name)),
      [],
      file,
    );
  }
});

test("every attribute of the elements is documented and typed", async () => {
  const elements = await import(join(folder, "elements.js"));
  for (const [name, element] of Object.entries(elements)) {
    const tag = name.replace("Iteras", "").toLowerCase();
    const row = new RegExp(`^\\| \`<iteras-${tag}>\` \\|(.*)\\|$`, "m").exec(readme)[1];
    const every = /^\| every frame \|(.*)\|$/m.exec(readme)[1];
    const own = [...(row.includes("every frame") ? row + every : row).matchAll(/`([\w-]+)…?`/g)].map(
      ([, word]) => word,
    );
    const properties = Object.keys(element.prototype).concat(element.options ? "title" : []);
    const attributes = own.filter((word) => word != "prefill-");
    assert.deepEqual(attributes.sort(), properties.sort(), tag);
    const typed = text("elements.d.ts");
    for (const property of properties) assert.match(typed, new RegExp(`  ${property}\\?: `), property);
  }
});
