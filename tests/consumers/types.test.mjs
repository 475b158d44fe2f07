// Our types, under the oldest and the newest compiler, as every sort of program sees them.
import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { install, root, run, toolFile } from "./harness.mjs";

const COMPILERS = ["typescript-oldest", "typescript-newest"];
const COMMON = { strict: true, noEmit: true, target: "es2020", types: [] };
const DOM = { ...COMMON, lib: ["es2020", "dom", "dom.iterable"] };
const EXACT = { ...DOM, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false };

const PROGRAMS = [
  [
    "an ES module",
    ["valid.ts", "gate.ts", "testing.ts"],
    { ...EXACT, module: "nodenext", moduleResolution: "nodenext" },
    "module",
  ],
  [
    "CommonJS",
    ["valid.ts", "gate.ts", "testing.ts"],
    { ...EXACT, module: "nodenext", moduleResolution: "nodenext" },
    "commonjs",
  ],
  [
    "a bundler's",
    ["valid.ts", "invalid.ts", "gate.ts", "gate-invalid.ts", "testing.ts"],
    { ...EXACT, module: "esnext", moduleResolution: "bundler" },
    "module",
  ],
  [
    "a server's without the dom",
    ["server.ts"],
    { ...COMMON, skipLibCheck: false, lib: ["es2020"], module: "nodenext", moduleResolution: "nodenext" },
    "module",
  ],
];

let app;
before(async () => {
  app = await install("types");
  cpSync(join(root, "tests/types"), app, { recursive: true });
});

async function compile(compiler, files, compilerOptions, type) {
  writeFileSync(join(app, "package.json"), JSON.stringify({ private: true, type }));
  writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  await run(toolFile(compiler, "bin/tsc"), ["--project", "."], { cwd: app });
}

for (const compiler of COMPILERS) {
  for (const [name, files, options, type] of PROGRAMS) {
    test(`${name} program compiles with ${compiler}`, () => compile(compiler, files, options, type));
  }

  // The way of resolving packages from before `exports`, which the newest compiler has given up.
  if (compiler == "typescript-oldest") {
    test(`an old program compiles with ${compiler}`, () =>
      compile(
        compiler,
        ["valid.ts", "invalid.ts"],
        { ...DOM, module: "commonjs", moduleResolution: "node" },
        "commonjs",
      ));
  }

  test(`what is wrong does not compile with ${compiler}`, async () => {
    writeFileSync(join(app, "wrong.ts"), 'import { wall } from "iteras";\nwall({ access: "subs" });\n');
    const wrong = compile(compiler, ["wrong.ts"], { ...DOM, module: "esnext", moduleResolution: "bundler" }, "module");
    await assert.rejects(wrong, /wrong\.ts.*"?subs"?/s);
  });
}

test("elements, hooks and composables compile in React 19 and Vue 3", () => {
  const options = { ...DOM, skipLibCheck: true, jsx: "react-jsx", module: "esnext", moduleResolution: "bundler" };
  return compile("typescript-newest", ["react.tsx", "hooks.tsx", "vue.ts"], options, "module");
});

test("the README's typings for React are those", () => {
  const [, typings] = /```ts\n(import type { HTMLAttributes[^]*?)```/.exec(
    readFileSync(join(app, "node_modules/iteras/README.md"), "utf8"),
  );
  assert.ok(readFileSync(join(app, "react.tsx"), "utf8").includes(typings));
});

// A forgotten import shows in no test that does not come by: the compiler comes by everything.
test("our scripts use no name that nobody defined", async () => {
  const scripts = join(root, "pkg-template/src");
  const files = readdirSync(scripts, { recursive: true })
    .filter((name) => name.endsWith(".js"))
    .map((name) => join(scripts, name));
  assert.ok(files.length > 20);
  const given = [
    "ITERAS_VERSION",
    "ITERAS_COMPANION",
    "FALLBACK_INTEGRITY",
    "FALLBACK_NAME",
    "require",
    "trustedTypes",
  ];
  writeFileSync(join(app, "given.d.ts"), given.map((name) => `declare const ${name}: any;`).join("\n"));
  const found = await compile(
    "typescript-newest",
    [...files, "given.d.ts"],
    {
      noEmit: true,
      allowJs: true,
      checkJs: true,
      types: [],
      target: "esnext",
      lib: ["esnext", "dom", "dom.iterable"],
      module: "esnext",
      moduleResolution: "bundler",
    },
    "module",
  ).catch((error) => error.message);
  assert.match(`${found}`, /error TS|^undefined$/);
  // "Cannot find name", with and without a suggestion.
  const names = `${found}`.split("\n").filter((line) => /error TS(2304|2552|2580|2584|18004)/.test(line));
  assert.deepEqual(names, []);
});
