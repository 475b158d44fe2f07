// Puts the compiled module and the hand-written shims into classic scripts:
//   node bundle.mjs NPM_TOOLS MODULE_FOLDER DIST VERSION
//
// Constants a shim may use: ITERAS_VERSION, ITERAS_COMPANION, FALLBACK_NAME, FALLBACK_INTEGRITY (in classic.js only).
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";

import { companion, engines } from "./engines.mjs";
import { positions } from "./positions.mjs";

const [tools, module, dist] = process.argv.slice(2, 5).map((folder) => resolve(folder));
const version = process.argv[5];
const tool = createRequire(join(tools, "package.json"));
const esbuild = tool("esbuild");
const terser = tool("terser");
const acorn = tool("acorn");

// Names of properties that never leave a script: neither the page nor the npm package's entries see them.
const INTERNAL = /^(calledOn|configUsed|fitted|forgetful|handler|opens|spoke|waits|shut)$/;

// Ways to write the same script. None is always best: brotli's cuts move with every byte before them, by 1 in 200.
const WAYS = [
  { booleans: false },
  { booleans: false, collapse_vars: false },
  { booleans: false, sequences: false },
  { sequences: false },
  { booleans: false, reduce_funcs: false },
  { booleans: false, reduce_funcs: false, join_vars: false },
];

// After esbuild, which puts the modules together, terser still finds 2 % (brotli) in what is left.
async function shortest(text, ways, before) {
  const written = [];
  for (const way of ways) {
    for (const semicolons of [true, false]) {
      const { code } = await terser.minify(text, {
        ecma: 2015,
        compress: { passes: 3, unsafe_arrows: true, if_return: false, ...way },
        mangle: true,
        format: { ascii_only: true, comments: /^ iteras /, semicolons },
      });
      const whole = before + code;
      written.push({ whole, bytes: brotliCompressSync(whole).length });
    }
  }
  return written.reduce((best, other) => (other.bytes < best.bytes ? other : best)).whole;
}

// Tells V8 to compile all functions with the script, on another thread while it loads, and not one by one when they are
// first called: a third of the time to the verdict (docs/performance.md). Only in what readers run on every page.
const HINT = "//# allFunctionsCalledOnLoad\n";

// `core` = the compiled module that goes in: `iteras`, `companion` with its own files of the page's script,
// or `meter`; none in what decides nothing.
async function script(core, entry, name, constants) {
  const isCompanion = core == "companion";
  const define = { ITERAS_VERSION: version, ITERAS_COMPANION: isCompanion, ...constants };
  const result = await esbuild.build({
    entryPoints: [join("pkg-template", "src", entry)],
    bundle: true,
    // Names are terser's: two who shorten them make a text that is less alike.
    minifySyntax: true,
    minifyWhitespace: true,
    mangleProps: INTERNAL,
    format: "iife",
    target: "es2015",
    charset: "ascii",
    legalComments: "none",
    banner: { js: `/* iteras ${version} MIT OR Apache-2.0 */` },
    define: Object.fromEntries(Object.entries(define).map(([key, value]) => [key, JSON.stringify(value)])),
    plugins: [...(isCompanion ? [companion()] : []), engines(module, core), positions(acorn)],
    logLevel: "warning",
    write: false,
  });
  // Readers download this one; few ever need the other.
  const ways = entry == "fallback.js" ? WAYS.slice(0, 1) : WAYS;
  const code = await shortest(result.outputFiles[0].text, ways, entry == "classic.js" ? HINT : "");
  const bytes = Buffer.from(code);
  put(name, bytes);
  return `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
}

// Whole at every moment: a demo or a test may be serving the folder.
function put(name, content) {
  writeFileSync(join(dist, `${name}.new`), content);
  renameSync(join(dist, `${name}.new`), join(dist, name));
}

mkdirSync(dist, { recursive: true });
const integrity = {};
for (const [core, stem] of [
  ["iteras", "iteras"],
  ["companion", "iteras.companion"],
]) {
  for (const suffix of ["", `-${version}`]) {
    const [main, fallback] = [`${stem}${suffix}.js`, `${stem}.fallback${suffix}.js`];
    // First, because the main script names the hash of its fallback.
    integrity[fallback] = await script(core, "fallback.js", fallback, { FALLBACK_NAME: fallback });
    integrity[main] = await script(core, "classic.js", main, {
      FALLBACK_NAME: fallback,
      FALLBACK_INTEGRITY: integrity[fallback],
    });
  }
}
for (const suffix of ["", `-${version}`]) {
  const name = `iteras.meter${suffix}.js`;
  integrity[name] = await script("meter", "meter/index.js", name, {});
  const layer = `iteras.datalayer${suffix}.js`;
  integrity[layer] = await script("", "datalayer/classic.js", layer, {});
}
put("integrity.json", `${JSON.stringify(integrity, null, 2)}\n`);
// Files of another version would be published with ours.
for (const old of readdirSync(dist)) {
  if (/^iteras.*\.js$/.test(old) && !integrity[old]) rmSync(join(dist, old));
}
