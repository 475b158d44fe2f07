// Requests a second of web servers without and with the gate, and of what else they could ask; for `gate.mjs`. Load,
// servers and origin share the machine, so the ratios are what counts: all are asked in turns, and the middle one of the
// rounds' ratios is given.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import {
  fill,
  folder,
  freePort,
  HOST,
  keepingAnswers,
  keyFolder,
  programs,
  start,
  startGate,
  startNginx,
  WALL,
  withPass,
} from "../../tests/servers/harness.mjs";
import { median } from "./median.mjs";

const ROUNDS = 5;
const SECONDS = Number(process.env.ITERAS_BENCH_SECONDS || 2);
const CONNECTIONS = 32;
const PATH = "/articles/1";
const PAGE = `<!doctype html><title>Fog</title>${"<p>A line of an article of usual length.</p>".repeat(60)}`;
const PROXY = 'proxy_http_version 1.1; proxy_set_header Connection "";';
const SECRET = "a secret of the bench";

// Requests a second that all came back with the article.
function load(port, path) {
  const headers = [`Host: ${HOST}`, withPass()].flatMap((line) => ["-H", line]);
  const options = ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, ...headers, `http://127.0.0.1:${port}${path}`];
  const { status, stdout, stderr, error } = spawnSync(process.env.WRK, options, { encoding: "utf8" });
  if (status !== 0) throw new Error(`wrk failed: ${error ?? stderr}`);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`not every request was answered: ${stdout}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]);
}

async function caddy(t, site) {
  const path = folder(t);
  writeFileSync(join(path, "Caddyfile"), `{\n\tadmin off\n\tauto_https off\n}\n${site}`);
  const ready = (line) => (line.includes("serving initial configuration") ? true : undefined);
  const options = { env: { XDG_DATA_HOME: path, XDG_CONFIG_HOME: path, HOME: path } };
  await start(
    t,
    programs.caddy,
    ["run", "--config", join(path, "Caddyfile"), "--adapter", "caddyfile"],
    ready,
    options,
  );
}

/** The servers by name: `{ port, path }`; ended by `t.after`. */
async function world(t) {
  const keys = keyFolder(t);
  const taken = async () => `127.0.0.1:${await freePort()}`;
  const names = ["ORIGIN", "KEPT", "plain", "keeping", "tcp", "unix", "pages", "answers", "link", "proxy"];
  const caddies = ["caddy", "caddyGated", "caddyNothing", "nothing"];
  const at = Object.fromEntries(await Promise.all([...names, ...caddies].map(async (name) => [name, await taken()])));
  const gate = { tcp: await taken(), keeping: await taken(), unix: `unix:${join(folder(t), "gate")}` };
  const config = (GATE) => fill("examples/nginx/gate.toml", { SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys, GATE });
  await startGate(t, config(gate.tcp), { keys: keyFolder(t) });
  await startGate(t, config(gate.unix), { keys: keyFolder(t) });
  await startGate(t, `keep_answers = 5\n${config(gate.keeping)}`, { keys: keyFolder(t) });
  const own = config(at.proxy).replace(/^mode = .*$/m, `mode = "proxy"\norigin = "http://${at.ORIGIN}"`);
  await startGate(t, own.replace(/^forwarded_headers.*\n/m, ""), { keys: keyFolder(t) });

  const headers = "default_type text/html; keepalive_requests 1000000;";
  await startNginx(
    t,
    `server { listen ${at.ORIGIN}; ${headers} location / { return 200 '${PAGE}'; } }
    server { listen ${at.KEPT}; ${headers} location / { add_header Cache-Control max-age=600; return 200 '${PAGE}'; } }`,
  );
  const upstreams = `upstream site { server ${at.ORIGIN}; keepalive 16; } upstream kept { server ${at.KEPT}; keepalive 16; }`;
  await startNginx(
    t,
    `${upstreams} proxy_cache_path ${folder(t)}/pages keys_zone=pages:10m use_temp_path=off;
    server { listen ${at.plain}; location / { proxy_pass http://site; ${PROXY} } }
    server { listen ${at.keeping}; location / { proxy_cache pages; proxy_pass http://kept; ${PROXY} } }
    server { listen ${at.link}; location / {
      secure_link $arg_md5,$arg_expires; secure_link_md5 "$secure_link_expires$uri ${SECRET}";
      if ($secure_link = "") { return 403; } if ($secure_link = "0") { return 410; }
      proxy_pass http://site; ${PROXY} } }`,
  );
  const recipe = (file, listen, GATE, more = {}) =>
    fill(file, { SERVER_NAME: HOST, LISTEN: listen, GATE, ORIGIN: at.ORIGIN, ...more });
  await startNginx(t, recipe("examples/nginx/site.conf", at.tcp, gate.tcp));
  await startNginx(t, recipe("examples/nginx/site.conf", at.unix, gate.unix));
  const pages = (listen, address) =>
    recipe("examples/nginx-cache/site.conf", listen, address, { ORIGIN: at.KEPT, CACHE: `${folder(t)}/cache` });
  await startNginx(t, pages(at.pages, gate.unix));
  await startNginx(t, keepingAnswers(pages(at.answers, gate.keeping)));
  const listen = (address) => `http://:${address.split(":").pop()} {\n\tbind 127.0.0.1\n`;
  const asked = (address) => `\tforward_auth ${address} {\n\t\turi /\n\t\tcopy_headers X-Iteras-Verdict\n\t}\n`;
  const origin = `\treverse_proxy ${at.ORIGIN}\n}\n`;
  const gated = config((gate.forwarded = await taken())).replace('"x-original"', '"x-forwarded"');
  await startGate(t, gated, { keys: keyFolder(t) });
  await caddy(
    t,
    [
      `${listen(at.caddy)}${origin}`,
      `${listen(at.caddyGated)}${asked(gate.forwarded)}${origin}`,
      `${listen(at.caddyNothing)}${asked(at.nothing)}${origin}`,
      `${listen(at.nothing)}\trespond 204\n}\n`,
    ].join(""),
  );
  const expires = Math.floor(Date.now() / 1000) + 3600;
  const md5 = createHash("md5").update(`${expires}${PATH} ${SECRET}`).digest("base64url");
  const served = (name, query = "") => ({ port: Number(at[name].split(":").pop()), path: PATH + query });
  return {
    "nginx, alone": served("plain"),
    "nginx with secure_link": served("link", `?md5=${md5}&expires=${expires}`),
    "nginx with auth_request to the gate": served("tcp"),
    "the same by a socket in the file system": served("unix"),
    "nginx that keeps pages, alone": served("keeping"),
    "examples/nginx-cache": served("pages"),
    "the same with keep_answers": served("answers"),
    "the gate as a proxy": served("proxy"),
    "Caddy, alone": served("caddy"),
    "Caddy with forward_auth to nothing": served("caddyNothing"),
    "Caddy with forward_auth to the gate": served("caddyGated"),
  };
}

/** Against what each is compared, and the bar. */
const COMPARED = [
  ["nginx with secure_link", "nginx, alone"],
  ["nginx with auth_request to the gate", "nginx, alone"],
  ["the same by a socket in the file system", "nginx, alone"],
  ["examples/nginx-cache", "nginx that keeps pages, alone"],
  ["the same with keep_answers", "nginx that keeps pages, alone", 0.75],
  ["the gate as a proxy", "nginx, alone", 0.8],
  ["Caddy with forward_auth to nothing", "Caddy, alone"],
  ["Caddy with forward_auth to the gate", "Caddy, alone"],
  ["Caddy with forward_auth to the gate", "Caddy with forward_auth to nothing"],
];

/** Calls `row(name, value, unit, limits)` for each figure. */
export async function servers(row) {
  const ends = [];
  try {
    const all = await world({ after: (end) => ends.unshift(end) });
    const rounds = Array.from({ length: ROUNDS }, () => {
      const round = Object.entries(all).map(([name, { port, path }]) => [name, load(port, path)]);
      return Object.fromEntries(round);
    });
    for (const name of Object.keys(all)) row(name, median(rounds.map((round) => round[name])), "requests/s");
    for (const [name, other, atLeast] of COMPARED) {
      row(`${name}, against ${other}`, median(rounds.map((round) => round[name] / round[other])), "times", { atLeast });
    }
  } finally {
    for (const end of ends) await end();
  }
}

/** The memory of a gate with ten thousand open connections, each of which has asked once. */
export async function connections(row) {
  const COUNT = 10_000;
  const ends = [];
  const sockets = [];
  try {
    const t = { after: (end) => ends.unshift(end) };
    const keys = keyFolder(t);
    const values = { GATE: `127.0.0.1:${await freePort()}`, SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys };
    const limits = `\n[clients]\nconnections = ${COUNT + 100}\nidle_timeout = 600\n`;
    const gate = await startGate(t, fill("examples/nginx/gate.toml", values) + limits, { keys });
    const request = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX-Original-URI: ${PATH}\r\n${withPass()}\r\n\r\n`;
    const one = () =>
      new Promise((answered, failed) => {
        const socket = connect(gate.port, "127.0.0.1", () => socket.write(request));
        sockets.push(socket);
        socket.on("error", failed);
        socket.once("data", (data) =>
          data.toString().startsWith("HTTP/1.1 204") ? answered() : failed(new Error(`not let through: ${data}`)),
        );
      });
    for (let opened = 0; opened < COUNT; opened += 100) await Promise.all(Array.from({ length: 100 }, one));
    const status = readFileSync(`/proc/${gate.child.pid}/status`, "utf8");
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)[1]);
    row(`the gate's memory with ${COUNT.toLocaleString("en")} open connections`, kilobytes / 1024, "MiB", {
      atMost: 200,
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    for (const end of ends) await end();
  }
}
