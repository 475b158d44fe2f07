// Makes the folder of the npm package from pkg-template/, the compiled module and the finished scripts:
//   node npm-package.mjs NPM_TOOLS MODULE_FOLDER DIST VERSION
//
// Each file named below becomes a file of its own, once as an ES module and once as CommonJS,
// so that the entries share what they have in common.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";

import { companion, engines } from "./engines.mjs";

const [tools, module, dist] = process.argv.slice(2, 5).map((folder) => resolve(folder));
const version = process.argv[5];
const esbuild = createRequire(join(tools, "package.json"))("esbuild");

const manifest = JSON.parse(readFileSync("pkg-template/package.json", "utf8"));
const source = resolve("pkg-template/src");
const types = resolve("pkg-template/types");
const to = join(dist, "npm");

/** The files below src that stay files, and their places in the package, without an ending. */
const FILES = {
  "npm/index.js": "index",
  "npm/js.js": "js",
  "npm/global.js": "global",
  "npm/elements/index.js": "elements",
  "npm/frameworks/react.js": "react",
  "npm/frameworks/vue.js": "vue",
  "datalayer/index.js": "datalayer",
  "npm/core.js": "lib/core",
  "npm/wasm.js": "lib/wasm",
  "npm/wasm2js.js": "lib/wasm2js",
  "server/index.js": "server",
  "server/workerd.js": "lib/server-workerd",
  "server/shared.js": "lib/server",
  "server/teaser/index.js": "teaser",
  "server/teaser/workerd.js": "lib/teaser-workerd",
  "server/teaser/make.js": "lib/teaser",
  "testing/index.js": "testing",
};
/** The same sources once more, with the companion's files in the place of the page's: `iteras/companion`. */
const COMPANION = {
  "npm/index.js": "companion",
  "npm/js.js": "companion-js",
  "npm/elements/index.js": "companion-elements",
  "npm/frameworks/react.js": "companion-react",
  "npm/frameworks/vue.js": "companion-vue",
  "npm/core.js": "lib/companion",
  "npm/wasm.js": "lib/companion-wasm",
  "npm/wasm2js.js": "lib/companion-wasm2js",
};
/** The meter of free articles, with its own module. */
const METER = { "meter/index.js": "meter" };
/** Workers are ES modules. */
const ONLY_ESM = ["lib/server-workerd", "lib/teaser-workerd"];
/** In browsers since 2021, as are private fields; and no Node, Deno, Bun or workerd in use is older. */
const MODERN = /elements|global|react|vue|server|teaser|testing/;

rmSync(to, { recursive: true, force: true });
// A packed file of another version would be taken for this one's.
for (const old of readdirSync(dist)) if (/^iteras-\d.*\.tgz$/.test(old)) rmSync(join(dist, old));
mkdirSync(join(to, "lib"), { recursive: true });

for (const [format, ending] of [
  ["esm", ".js"],
  ["cjs", ".cjs"],
]) {
  for (const files of [FILES, COMPANION, METER]) {
    for (const [file, place] of Object.entries(files)) {
      if (format == "esm" || !ONLY_ESM.includes(place)) await bundle(join(source, file), place, format, ending, files);
    }
  }
}
for (const name of ["server.wasm", "teaser.wasm"]) cpSync(join(module, name), join(to, "lib", name));

for (const name of readdirSync(types)) {
  const text = readFileSync(join(types, name), "utf8");
  writeFileSync(join(to, name), text);
  // The same for `require`, which looks for its types and theirs under other names.
  writeFileSync(join(to, name.replace(/\.ts$/, ".cts")), text.replace(/(from "\.\/\w+)\.js"/g, '$1.cjs"'));
}

manifest.version = version;
writeFileSync(join(to, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
const hashes = JSON.parse(readFileSync(join(dist, "integrity.json"), "utf8"));
const readme = readFileSync("pkg-template/README.md", "utf8");
const stamped = readme.replaceAll("{{version}}", version).replaceAll("{{integrity}}", hashes[`iteras-${version}.js`]);
writeFileSync(join(to, "README.md"), stamped);
for (const name of ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"]) cpSync(name, join(to, name));

// The scripts for a tag, for a CDN or to be copied to one's own server.
mkdirSync(join(to, "dist"));
for (const name of [...Object.keys(hashes), "integrity.json"]) {
  cpSync(join(dist, name), join(to, "dist", name));
}

async function bundle(entry, place, format, ending, files) {
  const isCompanion = files == COMPANION;
  const core = new Map([
    [FILES, "iteras"],
    [COMPANION, "companion"],
    [METER, "meter"],
  ]).get(files);
  await esbuild.build({
    entryPoints: [entry],
    outfile: join(to, place + ending),
    bundle: true,
    format,
    platform: "neutral",
    // Bundlers leave packages as they are.
    target: MODERN.test(place) ? "es2022" : "es2015",
    // jsdom has none of what the core's glue is written with.
    inject: place == "testing" ? [join(source, "testing/text.js")] : [],
    external: ["*.wasm", ...Object.keys(manifest.peerDependencies)],
    charset: "ascii",
    // What was generated is for nobody to read.
    minify: /wasm2js$|^meter$/.test(place),
    legalComments: "none",
    banner: { js: `/* iteras ${version} MIT OR Apache-2.0 */` },
    define: { ITERAS_VERSION: JSON.stringify(version), ITERAS_COMPANION: `${isCompanion}` },
    plugins: [siblings(entry, place, ending, files), ...(isCompanion ? [companion()] : []), engines(module, core)],
    logLevel: "warning",
  });
}

// Leaves the imports of other files of the package alone, save for their new places.
function siblings(entry, place, ending, files) {
  return {
    name: "siblings",
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => {
        const file = relative(source, resolve(dirname(importer || entry), path));
        const target = files[file];
        if (!target || target == place) return undefined;
        const way = relative(dirname(place), dirname(target));
        return { path: `./${join(way, basename(target))}${ending}`, external: true };
      });
    },
  };
}
