// The code in the package's README and in the guides to frameworks, as somebody pastes it into a program: strict
// TypeScript, as our formatter has it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { install, root, run, toolFile } from "./harness.mjs";

const GUIDES = ["react", "vue", "next"];
const CODE = /^```(ts|tsx|js|jsx|mjs)\n([^]*?)^```$/gm;
const tools = createRequire(join(process.env.ITERAS_TOOLS || join(root, "target/tools/npm"), "package.json"));

let app;
let snippets;
before(async () => {
  app = await install("types");
  const documents = {
    README: join(app, "node_modules/iteras/README.md"),
    ...Object.fromEntries(GUIDES.map((name) => [name, join(root, "docs/guides", `${name}.md`)])),
  };
  snippets = Object.entries(documents).flatMap(([name, path]) => {
    const document = readFileSync(path, "utf8");
    const found = [...document.matchAll(CODE)].map(({ 1: language, 2: text, index }) => {
      const place = `${name}-line-${document.slice(0, index).split("\n").length}`;
      return { language, text, place };
    });
    assert.ok(found.length > 0, name);
    return found;
  });
});

test("every piece of code is TypeScript", () => {
  assert.deepEqual(
    snippets.filter(({ language }) => !/^tsx?$/.test(language)).map(({ place }) => place),
    [],
  );
});

test("the code compiles as it stands, strictly", async () => {
  const files = snippets.map(({ language, place }) => `${place}.${language}`);
  // A file without imports would share its names with the others.
  snippets.forEach(({ text }, at) => writeFileSync(join(app, files[at]), `${text}export {};\n`));
  const compilerOptions = {
    ...{
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
    },
    ...{ target: "es2022", lib: ["es2022", "dom", "dom.iterable"], types: ["node"], jsx: "react-jsx" },
    ...{ module: "esnext", moduleResolution: "bundler", noUnusedParameters: true },
  };
  writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  await run(toolFile("typescript-newest", "bin/tsc"), ["--project", "."], { cwd: app });
});

test("the code has the form of our formatter", async () => {
  const { default: prettier } = await import(pathToFileURL(tools.resolve("prettier")));
  const settings = JSON.parse(readFileSync(join(root, ".prettierrc.json"), "utf8"));
  for (const { text, place } of snippets) {
    const wanted = await prettier.format(text, { ...settings, parser: "typescript" });
    assert.equal(text, wanted, place);
  }
});
