// The common part of the npm package's tests: the packed file, projects that it is installed in, servers
// for what they build, and a browser.
//
//   const app = install("vite");                      // a copy of tests/consumers/vite with the package in it
//   const site = await serve(join(app, "dist"));      // { origin, close }
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { unlessGone } from "../e2e/driver/engine.mjs";

export { launch, puppeteer, start } from "../e2e/harness.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
export const root = fileURLToPath(new URL("../../", import.meta.url));
const setting = (name, otherwise) => process.env[name] || join(root, otherwise);

export const version = /^version = "(.*)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))[1];
export const dist = setting("ITERAS_DIST", "dist");
export const tarball = setting("ITERAS_TARBALL", `dist/iteras-${version}.tgz`);
/** The packages that wasm-bindgen makes of the root crate, a folder for each of its targets. */
export const library = setting("ITERAS_LIBRARY", "target/artifact/library");
/** The folder in which the projects are tried, with the tools of tests/consumers/package.json in its node_modules. */
export const consumers = setting("ITERAS_CONSUMERS", "target/consumers");

const tools = createRequire(join(consumers, "package.json"));
/** A tool's module, imported. */
export const tool = (name) => import(pathToFileURL(tools.resolve(name)));
/** A file of a tool's, such as its program. */
export const toolFile = (...path) => join(consumers, "node_modules", ...path);

const runFile = promisify(execFile);

/** Runs a program of Node's to its end and gives what it printed; an error holds that, too. */
export async function run(file, args, { cwd = root, env } = {}) {
  try {
    const { stdout } = await runFile(process.execPath, [file, ...args], {
      cwd,
      env: { ...process.env, ...env },
      maxBuffer: 1e8,
    });
    return stdout;
  } catch (error) {
    throw new Error(`node ${[file, ...args].join(" ")}\n${error.stdout}\n${error.stderr}`);
  }
}

/** The project of that name, copied, with the packed file installed as npm installs it for anybody. */
export async function install(name, from = join(here, name)) {
  const to = join(consumers, name);
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  // The other packages that a project needs lie in the folder above, as pinned.
  const { dependencies, ...manifest } = JSON.parse(readFileSync(join(to, "package.json"), "utf8"));
  writeFileSync(join(to, "package.json"), JSON.stringify(manifest));
  const flags = [
    "--offline",
    "--ignore-scripts",
    "--no-save",
    "--no-package-lock",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  const npm = process.platform == "win32" ? "npm.cmd" : "npm";
  await runFile(npm, ["install", ...flags, tarball], { cwd: to });
  return to;
}

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Serves a folder as static files; `headers(path)` adds to each answer. */
export async function serve(folder, headers = () => ({})) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = join(folder, normalize(pathname.endsWith("/") ? `${pathname}index.html` : pathname));
    if (!file.startsWith(folder) || !existsSync(file))
      return response.writeHead(404, { "Content-Type": "text/plain" }).end("not here");
    response.writeHead(200, { "Content-Type": TYPES[extname(file)], ...headers(pathname) });
    response.end(readFileSync(file));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    origin: `http://localhost:${server.address().port}`,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(closed);
      }),
  };
}

const SERVICE = "https://app.iteras.dk";

/**
 * A page of a new reader's, with what it complains about in `page.complaints`. The service renews the pass that the
 * reader came with as it is, or refuses it where `page.refuses`, when `page.renews` has come to pass; its frames say how
 * high they are, and what they are asked to say. The requests so far stand in `page.asked`. Files that match
 * `page.missing` can't be had.
 */
export async function reader(browser, cookies = []) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.complaints = [];
  page.asked = [];
  // What a page sends Firefox' driver does not hand over.
  const [, given] = cookies.find(([name]) => name == "iteraspass") ?? [];
  await page.setRequestInterception(true);
  const answer = async (request) => {
    const url = request.url();
    if (page.missing?.test(url)) return request.abort();
    if (!url.startsWith(SERVICE)) return request.continue();
    page.asked.push(url);
    if (request.method() != "POST") return request.respond(framePage);
    await page.renews;
    return request.respond(page.refuses ? refused : renewed(given));
  };
  page.on("request", (request) => answer(request).catch(unlessGone));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (line) => {
    if (["error", "warn"].includes(line.type())) page.complaints.push(line.text());
  });
  await context.setCookie(...cookies.map(([name, value]) => ({ name, value, domain: "localhost", path: "/" })));
  return page;
}

const renewed = (pass) => ({
  status: 200,
  headers: { "Access-Control-Allow-Origin": "*" },
  contentType: "application/json",
  body: JSON.stringify({ pass }),
});

const refused = { ...renewed(null), body: JSON.stringify({ pass: null, errorcode: "noaccess" }) };

// Says hello, its height, and whatever a message `{ say }` tells it to.
const framePage = {
  status: 200,
  contentType: "text/html",
  body: `<!doctype html><html lang="en"><title>Frame</title><script>
    const frame = new URLSearchParams(location.search).get("frame");
    const say = (message) => parent.postMessage({ iteras: 1, frame, ...message }, "*");
    addEventListener("message", ({ data }) => data.say && say(data.say));
    say({ type: "hello" });
    say({ type: "resize", height: 321 });
  </script></html>`,
};

/** The line of a wall that wants other paywalls than the pass is for, as the package says it. */
export const otherWall = (pass, wanted) =>
  `Iteras: this pass is for ${pass}, the wall wants ${wanted}; the reader is not let in, with reason wrongpaywall`;

const vectors = JSON.parse(readFileSync(join(root, "tests/vectors/pass-vectors.json"), "utf8")).vectors;
const signed = (wanted) => {
  const { signed, sha256 } = vectors.find(({ note }) => note == wanted);
  return ["iteraspass", `${signed}/sha256:${sha256}`];
};

export const WALL = "n8fsoupukhv3";
/** The cookie of a pass with level `sub` for this paywall, until 2099. */
export const PASS = signed("plain");
/** The cookie of such a pass that expired in 2016. */
export const EXPIRED_PASS = signed("expired in 2016");
/** For AAAA1111 and BBBB2222, until 2099. */
export const OTHER_PASS = signed("two walls, the second only at user level");

/** All files below a folder, in order, as paths within it. */
export function filesBelow(folder, within = "") {
  return readdirSync(join(folder, within), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(within, entry.name);
      return entry.isDirectory() ? filesBelow(folder, path) : [path];
    })
    .sort();
}
