// A Worker in the real workerd, bundled as wrangler does it, and an origin for it to stand in front of.
//
//   const origin = await serveOrigin();                         // origin.pages.set("/a", { body })
//   const worker = await startWorker(folder, "src/index.js", { ORIGIN: origin.url });
//   const { status, headers, body } = await worker.ask("/a", { headers: { cookie } });
import { createServer, request as httpRequest } from "node:http";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";

import { root, tool } from "./harness.mjs";

const { build } = createRequire(join(process.env.ITERAS_TOOLS || join(root, "target/tools/npm"), "package.json"))(
  "esbuild",
);
export const HOST = "pub.example";

/** Bundles the Worker of a folder; gives the folder with `worker.js` and the module that it imports. */
export async function bundle(folder, entry) {
  const out = join(folder, "out", basename(entry, ".js"));
  await build({
    entryPoints: [join(folder, entry)],
    outfile: join(out, "worker.js"),
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    logLevel: "warning",
  });
  return out;
}

/** Starts the Worker of a folder with its variables and secrets; `log()` waits for a line that it wrote. */
export async function startWorker(folder, entry, bindings = {}) {
  const out = await bundle(folder, entry);
  const { Miniflare } = await tool("miniflare");
  const lines = listening();
  const miniflare = new Miniflare({
    modules: true,
    rootPath: out,
    scriptPath: "worker.js",
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
    compatibilityDate: "2026-04-01",
    bindings,
    handleRuntimeStdio(stdout, stderr) {
      for (const stream of [stdout, stderr]) stream.on("data", lines.heard);
    },
  });
  const { port } = await miniflare.ready;
  return {
    ask: (path, options) => ask(port, path, options),
    abort: (path, options) => abort(port, path, options),
    log: lines.wait,
    close: () => miniflare.dispose(),
  };
}

function listening() {
  let text = "";
  let waiting = [];
  return {
    heard(data) {
      text += data;
      waiting = waiting.filter(({ wanted, found }) => !wanted.test(text) || found(text));
    },
    wait: (wanted) =>
      new Promise((found) => {
        if (wanted.test(text)) found(text);
        else waiting.push({ wanted, found });
      }),
  };
}

// By Node's own client, which sends headers as they are given: fetch's has ideas of its own.
function open(port, path, { method = "GET", headers = {}, host = HOST, agent = false } = {}) {
  return httpRequest({ port, host: "127.0.0.1", method, path, headers: { host, ...headers }, agent });
}

function ask(port, path, options) {
  return new Promise((answered, failed) => {
    const request = open(port, path, options);
    request.on("error", failed);
    request.on("response", (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const sent = Buffer.concat(chunks);
        // Miniflare does what the edge does with an answer that was not coded.
        const bytes = response.headers["content-encoding"] == "gzip" ? gunzipSync(sent) : sent;
        answered({ status: response.statusCode, headers: response.headers, bytes, body: bytes.toString() });
      });
      response.on("error", failed);
    });
    request.end(options?.body);
  });
}

/** Asks, and hangs up when the first bytes have come. */
function abort(port, path, options) {
  return new Promise((gone, failed) => {
    const request = open(port, path, options);
    request.on("error", failed);
    request.on("response", (response) => {
      response.on("error", () => {});
      response.once("data", () => {
        request.off("error", failed);
        request.on("error", () => {});
        request.destroy();
      });
      response.on("close", gone);
    });
    request.end();
  });
}

/**
 * An origin. A page has a `body`, `headers`, `most`, the longest chunk that it is sent in, with the `dice` for the
 * lengths, and `breaks`, when it is not ended. The requests so far stand in `asked`.
 */
export async function serveOrigin() {
  const pages = new Map();
  const asked = [];
  const server = createServer(async (request, response) => {
    const [path] = request.url.split("?");
    asked.push({ path, url: request.url, method: request.method, headers: request.headers, raw: request.rawHeaders });
    const page = pages.get(path);
    if (!page) return response.writeHead(404, { "content-type": "text/plain" }).end("not here");
    const body = Buffer.from(page.body);
    const headers = { "content-type": "text/html; charset=utf-8", ...page.headers };
    response.on("error", () => {});
    if (!page.most) return response.writeHead(200, { "content-length": body.length, ...headers }).end(body);
    response.writeHead(200, headers);
    for (let at = 0; at < body.length && !response.destroyed;) {
      const end = at + 1 + Math.floor(page.dice() * page.most);
      await new Promise((written) => response.write(body.subarray(at, end), written));
      at = end;
    }
    if (page.breaks) return response.destroy();
    return response.end();
  });
  await new Promise((started) => server.listen(0, "127.0.0.1", started));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    pages,
    asked,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(closed);
      }),
  };
}

/** Numbers from 0 to 1 that look random and come the same each time. */
export function dice(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
