// The compiled module under names that only exist in our own sources, for esbuild:
//   iteras:bytes     a function that gives the module's bytes, from a much shorter text
//   iteras:wasm2js   the exports of the same module as JavaScript
//   iteras:server, iteras:server-bytes   the servers' module: its glue, and its bytes from a text
//   iteras:teaser, iteras:teaser-bytes   the same of the module that makes teasers
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as pack from "./pack.mjs";
import * as split from "./split.mjs";

/** The plugin, for the module in that folder. */
export const engines = (module) => ({
  name: "engines",
  setup(build) {
    // Under a name without the folder, which would stand in what is made of it.
    build.onResolve({ filter: /^iteras:wasm2js$/ }, () => ({ path: "iteras.wasm.js", namespace: "wasm2js" }));
    build.onLoad({ filter: /.*/, namespace: "wasm2js" }, ({ path }) => ({
      contents: readFileSync(join(module, path), "utf8"),
    }));
    build.onResolve({ filter: /^iteras:(server|teaser)$/ }, ({ path }) => ({
      path: `${path.slice("iteras:".length)}.js`,
      namespace: "glue",
    }));
    build.onLoad({ filter: /.*/, namespace: "glue" }, ({ path }) => ({
      contents: readFileSync(join(module, path), "utf8"),
    }));
    build.onResolve({ filter: /^iteras:bytes$/ }, () => ({ path: "iteras.wasm", namespace: "split" }));
    build.onResolve({ filter: /^iteras:(server|teaser)-bytes$/ }, ({ path }) => ({
      path: `${path.slice("iteras:".length, -"-bytes".length)}.wasm`,
      namespace: "pack",
    }));
    for (const [namespace, coding] of Object.entries({ split, pack })) {
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => {
        const bytes = readFileSync(join(module, path));
        const text = coding.pack(bytes);
        if (!bytes.equals(coding.unpack(text))) throw new Error(`${namespace}.mjs does not give back the module`);
        const unpacker = JSON.stringify(fileURLToPath(new URL(`${namespace}.mjs`, import.meta.url)));
        return {
          contents: `import { unpack } from ${unpacker}; export default () => unpack(${JSON.stringify(text)});`,
          resolveDir: module,
        };
      });
    }
  },
});
