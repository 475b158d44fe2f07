// The common part of the servers' tests: programs that are waited for and ended by their id, the recipes' own
// files filled in, an origin that remembers, requests byte for byte, signed passes.
//
//   test("…", async (t) => {
//     const site = origin(t);
//     const gate = await startGate(t, fill("examples/nginx/gate.toml", { … }));
//     const answer = await ask(port, { path: "/articles/1", headers: ["Cookie: …"] });
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { writeInput } from "../shared/input.mjs";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const setting = (name, otherwise) => process.env[name] || otherwise;

export const programs = {
  gate: setting("ITERAS_GATE", join(root, "target/debug/iteras-gate")),
  iteras: setting("ITERAS_CLI", join(root, "target/debug/iteras")),
  standin: setting("ITERAS_STANDIN", join(root, "target/debug/iteras-standin")),
  magazine: setting("ITERAS_MAGAZINE", join(root, "target/debug/example-magazine")),
  verdicts: setting("ITERAS_VERDICTS", join(root, "target/debug/examples/verdicts")),
  mutations: setting("ITERAS_MUTATIONS_NATIVE", join(root, "target/release/mutations")),
  mutationsWasm: setting("ITERAS_MUTATIONS_WASM", join(root, "target/wasm32-unknown-unknown/release/mutations.wasm")),
  nginx: setting("NGINX", "nginx"),
  caddy: setting("CADDY", "caddy"),
  traefik: setting("TRAEFIK", join(root, "target/tools/traefik/bin/traefik")),
  wordpress: setting("WORDPRESS", "/usr/share/wordpress"),
  php: setting("PHP", "php"),
  mariadb: setting("MARIADB", "mariadbd"),
  mariadbInstall: setting("MARIADB_INSTALL", "mariadb-install-db"),
  mariadbClient: setting("MARIADB_CLIENT", "mariadb"),
};

export const KEY = "j8kau2v3lzp0n12ilw1d0hurr6059gyo";
export const OLD_KEY = "old0123456789abcdefghijklmnopqrs";
export const GIFT_KEY = "gift0123456789abcdefghijklmnopqr";
export const EDITOR_KEY = "edit0123456789abcdefghijklmnopqr";
export const METER_KEY = "mete0123456789abcdefghijklmnopqr";
export const WALL = "n8fsoupukhv3";
export const HOST = "pub.example";
export const ARTICLE = "the rest is for subscribers";

const hmac = (key, text) => createHmac("sha256", key).update(text).digest("hex");
const inSeconds = (seconds) => Math.floor(Date.now() / 1000) + seconds;

export function pass({ level = "sub", wall = WALL, seconds = 86400, key = KEY, subscriber = "31168" } = {}) {
  const expiry = `${new Date(inSeconds(seconds) * 1000).toISOString().slice(0, 19)}Z`;
  const signed = `${level}|${wall}|${expiry}|${subscriber}|192.0.2.7`;
  return `${signed}/sha256:${hmac(key, signed)}`;
}

export const withPass = (options) => `Cookie: iteraspass=${pass(options)}`;

export function gift(path, seconds = 3600, host = HOST) {
  const expiry = inSeconds(seconds);
  return `iterasgift=${expiry}.${hmac(GIFT_KEY, `gift2|${host}|${expiry}|${path}|`)}`;
}

export function editor(seconds = 3600, host = HOST) {
  const expiry = inSeconds(seconds);
  return `Cookie: iteraseditor=${expiry}.${hmac(EDITOR_KEY, `editor1|${host}|${expiry}`)}`;
}

// A folder that is gone after the test.
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "iteras-servers-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

// A recipe's file with its ${NAMES} filled in, and nothing else changed.
export function fill(file, values) {
  const text = readFileSync(join(root, file), "utf8");
  const used = new Set();
  const filled = text.replace(/^[^#\n]*$/gm, (line) =>
    line.replace(/\$\{([A-Z_]+)\}/g, (_, name) => {
      if (!(name in values)) throw new Error(`${file} wants a value for ${name}`);
      used.add(name);
      return values[name];
    }),
  );
  for (const name of Object.keys(values)) if (!used.has(name)) throw new Error(`${file} has no ${name}`);
  return filled;
}

// examples/nginx-cache with the lines for `keep_answers` in it, as its README says.
export const keepingAnswers = (site) =>
  site
    .replace(/^( *)# (proxy_cache_path \S+-answers )/m, "$1$2")
    .replace("        proxy_cache off;\n", "")
    .replace(/^( *)# (proxy_cache iteras_answers;|proxy_cache_key "\$request_method |proxy_cache_lock off;)/gm, "$1$2");

// A port that nobody listens on: what nginx and Caddy are to be told.
export async function freePort() {
  const server = createTcpServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

// Starts a program and waits for a line that `ready` makes something of.
export async function start(t, program, args, ready, { env = {}, input, cwd } = {}) {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  writeInput(child, input);
  const running = { child, lines: [], waiting: new Set(), said: () => running.lines.join("\n") };
  running.ended = new Promise((done) => child.once("close", (code) => done(code)));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      running.lines.push(line);
      for (const look of running.waiting) look(line);
    });
  }
  // The next line of which `look` makes something, from now on.
  running.next = (look) =>
    new Promise((done, failed) => {
      const see = (line) => {
        try {
          const found = look(line);
          if (found === undefined) return;
          done(found);
        } catch (error) {
          failed(error);
        }
        running.waiting.delete(see);
      };
      running.waiting.add(see);
      child.once("error", failed);
      running.ended.then((code) => failed(new Error(`${program} ended with ${code}: ${running.said()}`)));
    });
  running.stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await running.ended;
  };
  t.after(running.stop);
  running.told = await running.next(ready);
  return running;
}

const listening = (line) => {
  // A mistake in a configuration is told in plain words.
  if (!line.startsWith("{")) return undefined;
  const { message, address, admin } = JSON.parse(line);
  return message == "listening" ? { port: portOf(address), admin: admin && portOf(admin) } : undefined;
};
const portOf = (address) => Number(address.split(":").pop());

// The gate with a configuration, and the keys that the recipes name, in a folder of its own.
export async function startGate(t, config, { keys = keyFolder(t) } = {}) {
  const file = join(keys, "gate.toml");
  writeFileSync(file, config);
  const gate = await start(t, programs.gate, ["--config", file], listening);
  return Object.assign(gate, { file, ...gate.told });
}

export function keyFolder(
  t,
  names = { "pass-key": KEY, "gift-key": GIFT_KEY, "editor-key": EDITOR_KEY, "meter-key": METER_KEY },
) {
  const path = folder(t);
  for (const [name, key] of Object.entries(names)) writeFileSync(join(path, name), `${key}\n`);
  return path;
}

// nginx with a recipe's file in its http block; everything it writes goes into a folder of the test.
export async function startNginx(t, site) {
  const path = folder(t);
  // As root nginx would become another user, who may not write there.
  const user = process.getuid?.() === 0 ? "user root;" : "";
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${path}/${name};`);
  mkdirSync(join(path, "logs"));
  writeFileSync(join(path, "site.conf"), site);
  writeFileSync(
    join(path, "nginx.conf"),
    `daemon off; ${user} pid ${path}/pid; error_log stderr notice; worker_processes 2;
    events { worker_connections 1024; }
    http { access_log off; server_names_hash_bucket_size 128; ${temp.join(" ")} include ${path}/site.conf; }`,
  );
  return start(t, programs.nginx, ["-p", path, "-c", join(path, "nginx.conf")], (line) =>
    /start worker process \d/.test(line) ? true : undefined,
  );
}

export async function startCaddy(t, env) {
  const path = folder(t);
  // No admin server and no certificates: several may run at once, without a network.
  writeFileSync(
    join(path, "Caddyfile"),
    `{\n\tadmin off\n\tauto_https off\n}\nimport ${root}examples/caddy/Caddyfile\n`,
  );
  return start(
    t,
    programs.caddy,
    ["run", "--config", join(path, "Caddyfile"), "--adapter", "caddyfile"],
    (line) => (line.includes("serving initial configuration") ? true : undefined),
    { env: { ...env, XDG_DATA_HOME: path, XDG_CONFIG_HOME: path, HOME: path } },
  );
}

// Traefik with a recipe's file, on a port.
export async function startTraefik(t, port, dynamic) {
  const path = folder(t);
  const file = join(path, "dynamic.yml");
  writeFileSync(file, dynamic);
  const settings = [
    `--entryPoints.web.address=127.0.0.1:${port}`,
    `--providers.file.filename=${file}`,
    "--providers.file.watch=false",
    // Nothing is asked of the world.
    "--global.checkNewVersion=false",
    "--global.sendAnonymousUsage=false",
    "--log.level=DEBUG",
  ];
  return start(t, programs.traefik, settings, (line) => (line.includes("Configuration received") ? true : undefined));
}

// An origin that remembers what it was asked and answers with what every gate has to see to.
export async function startOrigin(t, answer = defaultAnswer) {
  const requests = [];
  const server = createServer({ maxHeaderSize: 1 << 16 }, (request, response) => {
    requests.push({ method: request.method, url: request.url, headers: request.headers });
    answer(request, response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(
    () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  );
  return { port: server.address().port, requests };
}

function defaultAnswer(request, response) {
  const [, status] = /\/status-(\d{3})/.exec(request.url) ?? [];
  if (status) response.writeHead(Number(status), { Location: "/" }).end();
  else article(response);
}

function article(response) {
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.setHeader("Cache-Control", "public, max-age=600");
  response.setHeader("Expires", "Thu, 01 Dec 2099 16:00:00 GMT");
  response.setHeader("ETag", '"1"');
  response.setHeader("Last-Modified", "Thu, 15 Jan 2026 12:00:00 GMT");
  response.setHeader("Surrogate-Control", "max-age=600");
  response.setHeader("CDN-Cache-Control", "max-age=600");
  response.end(`<!doctype html><html><head><title>Fog</title></head><body>first, ${ARTICLE}</body></html>`);
}

// One request, byte for byte: every character of a header line is one byte.
export function ask(port, { method = "GET", path = "/", host = HOST, headers = [], body = "" } = {}) {
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...headers];
  return new Promise((done, failed) => {
    const socket = connect(port, "127.0.0.1");
    const chunks = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", failed);
    socket.on("end", () => done(parsed(Buffer.concat(chunks).toString("latin1"))));
    socket.write(Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`, "latin1"));
  });
}

function parsed(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) throw new Error(`no answer: ${JSON.stringify(text)}`);
  const [line, ...fields] = text.slice(0, end).split("\r\n");
  const all = fields.map((field) => [
    field.slice(0, field.indexOf(":")).toLowerCase(),
    field.slice(field.indexOf(":") + 1).trim(),
  ]);
  const header = (name) =>
    all
      .filter(([found]) => found == name)
      .map(([, value]) => value)
      .join(", ");
  const body = text.slice(end + 4);
  return {
    status: Number(line.split(" ")[1]),
    header,
    headers: all,
    names: all.map(([name]) => name),
    body: header("transfer-encoding") == "chunked" ? unchunked(body) : body,
  };
}

function unchunked(body) {
  let whole = "";
  for (let at = 0; ;) {
    const end = body.indexOf("\r\n", at);
    const size = parseInt(body.slice(at, end), 16);
    if (!size) return whole;
    whole += body.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
}
