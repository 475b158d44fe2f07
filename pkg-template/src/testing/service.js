// A service in the place of the real one, for whatever a test answers requests with. It keeps nothing but a list of
// what it was asked.
import { badOption } from "../server/errors.js";
import { core } from "./core.js";
import { asked, response } from "./fetch.js";
import { framePage } from "./frame-page.js";
import { makePass } from "./passes.js";

const RENEWALS = ["ok", "refuse", "503"];
const NAMES = ["base", "renewal", "pass"];
const CORS = { "access-control-allow-origin": "*" };

export function fakeService(options) {
  const { base = core().base(), renewal = "ok", pass, ...more } = { __proto__: null, ...options };
  for (const name of Object.keys(more)) {
    throw badOption(`fakeService: there is no option ${name}; there are ${NAMES.join(", ")}`);
  }
  if (pass !== undefined && typeof pass != "string") {
    throw badOption(`fakeService: pass: expected a pass as a string, got a ${typeof pass}`);
  }
  const root = typeof base == "string" ? base.replace(/\/$/, "") : base;
  if (!/^https?:\/\/[^/]/.test(root)) {
    throw badOption(`fakeService: base: expected the service's address, got a ${typeof base}`);
  }
  const routes = routesOf(root);
  const requests = [];
  const service = {
    requests,
    renewal: checked(renewal),
    answer({ url, method = "GET", body = null }) {
      const { origin, pathname, searchParams } = new URL(url, `${root}/`);
      const found = routes.map(({ name, pattern }) => [name, pattern.exec(origin + pathname)]).find(([, fits]) => fits);
      requests.push({ url: `${url}`, method, body });
      if (!found) return { status: 404, headers: { "content-type": "text/plain", ...CORS }, body: "not here\n" };
      const [name, { groups }] = found;
      if (name == "renew") return renewed(checked(service.renewal), body);
      const ids = groups.id ? decodeURIComponent(groups.id).split(",") : [];
      // Self-service has a log-in of its own, which is none to paywalls.
      const given = name == "selfservice" ? "" : (pass ?? makePass(name == "paywall" ? { paywallid: ids } : {}));
      const page = framePage(name, searchParams.get("frame") ?? "", given);
      return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: page };
    },
    fetch: async (input, init) => response(service.answer(await asked(input, init))),
  };
  return service;
}

// The endpoints' templates as patterns of addresses less their queries; renewal's, which names everything, first.
function routesOf(base) {
  const pairs = core().endpoints();
  const routes = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const [path] = pairs[at + 1].split("?");
    const parts = path.split(/\{(\w+)\}/);
    const source = parts.map((part, i) =>
      i % 2 == 0 ? escaped(part) : part == "base" ? escaped(base) : `(?<${part}>[^/]+)`,
    );
    routes.push({ name: pairs[at], length: parts.length, pattern: new RegExp(`^${source.join("")}$`) });
  }
  return routes.sort((one, other) => one.length - other.length);
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function checked(renewal) {
  if (typeof renewal == "function" || RENEWALS.includes(renewal)) return renewal;
  const got = typeof renewal == "string" ? `"${renewal}"` : `a ${typeof renewal}`;
  throw badOption(`fakeService: renewal: expected "ok", "refuse", "503" or a function, got ${got}`);
}

function renewed(renewal, sent) {
  if (renewal == "503") return { status: 503, headers: { "content-type": "text/plain", ...CORS }, body: "down\n" };
  const pass = renewal == "ok" ? sent : renewal == "refuse" ? null : (renewal(sent) ?? null);
  const body = JSON.stringify(pass === null ? { pass, errorcode: "noaccess" } : { pass });
  return { status: 200, headers: { "content-type": "application/json", ...CORS }, body };
}
