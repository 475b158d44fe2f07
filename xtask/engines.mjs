// Plugins for esbuild. The companion's files in place of the page's of the same name; and the compiled module under
// names that only exist in our own sources:
//   iteras:bytes     a function that gives the module's bytes, from a much shorter text
//   iteras:wasm2js   a function that gives the exports of the same module as JavaScript
//   iteras:server, iteras:server-bytes   the servers' module: its glue, and its bytes from a text
//   iteras:teaser, iteras:teaser-bytes   the same of the module that makes teasers
//   iteras:testing, iteras:testing-bytes the same of the module that makes passes for tests
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import * as pack from "./pack.mjs";
import * as split from "./split.mjs";

const PAGE = /[\\/]src[\\/]page[\\/]\w+\.js$/;

/** The file of `src/companion` that takes the place of a file of `src/page`; itself imports what it replaces. */
export function inPlaceOf(file, importer) {
  const own = PAGE.test(file) && join(dirname(file), "../companion", basename(file));
  return own && own != importer && existsSync(own) ? own : file;
}

// What wasm2js writes, as a function that starts it. Its own way defines properties by descriptors, and exports in a
// loop: pages have put `get`, `set` and other names on Object.prototype, and neither works any more.
function startable(text) {
  const memory = /Object\.create\(Object\.prototype, \{\s*"grow": \{[^}]*\},\s*"buffer": \{[^}]*\}\s*\}\s*\}\)/;
  const end = /var retasmFunc = asmFunc\(\{\s*\}\);[^]*$/;
  if (!memory.test(text) || !end.test(text)) throw new Error("wasm2js writes in another way");
  return text.replace(memory, "{ get buffer() { return buffer; } }").replace(end, "export default () => asmFunc({});");
}

/** The plugin that makes a page's script the companion's. */
export const companion = () => ({
  name: "companion",
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, importer }) => {
      const file = resolve(resolveDir, path);
      const own = inPlaceOf(file, importer);
      return own == file ? undefined : { path: own };
    });
  },
});

/** The plugin for modules in that folder; `core` = the name of the one that readers download. */
export const engines = (module, core = "iteras") => ({
  name: "engines",
  setup(build) {
    // Under a name without the folder, which would stand in what is made of it.
    build.onResolve({ filter: /^iteras:wasm2js$/ }, () => ({ path: `${core}.wasm.js`, namespace: "wasm2js" }));
    build.onLoad({ filter: /.*/, namespace: "wasm2js" }, ({ path }) => ({
      contents: startable(readFileSync(join(module, path), "utf8")),
    }));
    build.onResolve({ filter: /^iteras:(server|teaser|testing)$/ }, ({ path }) => ({
      path: `${path.slice("iteras:".length)}.js`,
      namespace: "glue",
    }));
    build.onLoad({ filter: /.*/, namespace: "glue" }, ({ path }) => ({
      contents: readFileSync(join(module, path), "utf8"),
    }));
    build.onResolve({ filter: /^iteras:bytes$/ }, () => ({ path: `${core}.wasm`, namespace: "split" }));
    build.onResolve({ filter: /^iteras:(server|teaser|testing)-bytes$/ }, ({ path }) => ({
      path: `${path.slice("iteras:".length, -"-bytes".length)}.wasm`,
      namespace: "pack",
    }));
    for (const [namespace, coding] of Object.entries({ split, pack })) {
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => {
        const bytes = readFileSync(join(module, path));
        const text = coding.pack(bytes);
        const given = [text, ...(namespace == "split" ? [[...readFileSync(join(module, "unpack.wasm"))]] : [])];
        if (!bytes.equals(coding.unpack(...given))) throw new Error(`${namespace}.mjs does not give back the module`);
        const unpacker = JSON.stringify(fileURLToPath(new URL(`${namespace}.mjs`, import.meta.url)));
        return {
          contents: `import { unpack } from ${unpacker};
            export default (encoder) => unpack(${given.map((part) => JSON.stringify(part)).join()}, encoder);`,
          resolveDir: module,
        };
      });
    }
  },
});
