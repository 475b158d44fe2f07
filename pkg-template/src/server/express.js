// `expressGate`: a gate as middleware of Express, Connect and whatever else is called `(req, res, next)`. Carries out
// plans.
import { badOption, table } from "./core.js";
import { insideOf } from "./gate.js";
import { answer, ask, clean, setsCookie, whole } from "./headers.js";
import { own } from "./own.js";
import { NodeView } from "./request.js";

export function expressGate(gate, options) {
  const inside = insideOf(gate, "expressGate");
  const given = own(options);
  for (const name of ["reject", "trustedPeer", "peer"]) {
    if (given[name] == null || typeof given[name] == "function") continue;
    throw badOption(`expressGate: ${name}: expected a function, got a ${typeof given[name]}`);
  }
  const reject = given.reject ?? undefined;
  const peerOf = given.peer ?? undefined;
  const isTrusted = given.trustedPeer ?? isTrustedByExpress;
  for (const name of ["reject", "teaser"]) {
    if (!inside[name] || (name == "reject" && reject)) continue;
    throw badOption(
      `expressGate: the gate's ${name} answers fetch requests; give expressGate a reject (verdict, req, res) instead`,
    );
  }
  return function iteras(req, res, next) {
    let isOpen = false;
    try {
      isOpen = admit(inside, { reject, isTrusted, peerOf }, req, res);
    } catch (error) {
      fail(res, error);
    }
    if (isOpen) next();
  };
}

// Express' own setting `trust proxy`; without Express nobody is trusted.
function isTrustedByExpress({ app, socket }) {
  const isTrusted = app?.get?.("trust proxy fn");
  return typeof isTrusted == "function" && isTrusted(socket?.remoteAddress, 0);
}

// True where the request goes on; else it is answered.
function admit(inside, { reject, isTrusted, peerOf }, req, res) {
  const isConfigured = isTrusted(req) === true;
  const view = new NodeView(req, peerOf, isConfigured);
  const plan = inside.plan(req, view, Date.now());
  const asked = requestHeaders(req);
  clean(asked, plan, isConfigured);
  req.iteras = plan.verdict;
  if (plan.steps.answer) keep(res, plan);
  if (plan.steps.ask) {
    ask(asked, plan);
    return true;
  }
  // A handler of the publisher's answers by the request that it sees.
  whole(asked, plan.steps);
  // What is fetched ahead the browser has to drop: a rejection of the publisher's own may be a page that stays.
  if (!reject || plan.isAhead) deny(inside, plan, view, res);
  else Promise.resolve(reject(plan.verdict, req, res)).catch((error) => fail(res, error));
  return false;
}

function deny({ core }, { verdict, access, isAhead }, view, res) {
  const location = isAhead ? undefined : core.location(view, access);
  if (location !== undefined) {
    res.statusCode = 302;
    res.setHeader("Location", location);
    return res.end();
  }
  res.statusCode = core.status(verdict.reason);
  res.setHeader("Content-Type", "text/html; charset=utf-8");
  return res.end(table.pages[verdict.reason]);
}

function fail(res, error) {
  console.error("iteras/server: the gate failed, so the answer is 503:", error);
  if (res.headersSent) return res.destroy();
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  for (const [name, value] of Object.entries(table.outage)) res.setHeader(name, value);
  res.statusCode = 503;
  return res.end("Service Unavailable\n");
}

// Changes headers now, for handlers to see, and again when they are sent, and the status is known.
function keep(res, plan) {
  const headers = responseHeaders(res);
  answer(headers, plan);
  const { writeHead } = res;
  res.writeHead = function (status, ...given) {
    const message = typeof given[0] == "string" ? given.shift() : undefined;
    for (const [name, values] of byName(given[0] ?? given[1])) res.setHeader(name, values);
    answer(headers, plan);
    if (setsCookie(plan, status)) res.setHeader("Set-Cookie", cookiesOf(res).concat(plan.setCookie));
    return message === undefined ? writeHead.call(res, status) : writeHead.call(res, status, message);
  };
}

const cookiesOf = (res) => [].concat(res.getHeader("Set-Cookie") ?? []);

// The headers given to `writeHead`: an object, pairs, or names and values by turns.
function byName(given) {
  if (given == null) return [];
  if (!Array.isArray(given)) return Object.entries(given).filter(([, value]) => value !== undefined);
  const pairs = Array.isArray(given[0]) ? given : given.flatMap((name, at) => (at % 2 ? [] : [[name, given[at + 1]]]));
  const names = new Map();
  for (const [name, value] of pairs) {
    const lower = `${name}`.toLowerCase();
    const [first, values] = names.get(lower) ?? [name, []];
    names.set(lower, [first, values.concat(value)]);
  }
  return [...names.values()].map(([name, values]) => [name, values.length == 1 ? values[0] : values]);
}

const responseHeaders = (res) => ({
  forEach(look) {
    // Node adds it by itself, unless it was deleted.
    const names = new Set(["content-length", ...res.getHeaderNames()]);
    for (const name of names) look([].concat(res.getHeader(name) ?? []).join(", "), name);
  },
  set: (name, value) => res.setHeader(name, value),
  delete: (name) => res.removeHeader(name),
});

// The request's headers in all the forms that Node keeps them in.
function requestHeaders(req) {
  const { headers, headersDistinct, rawHeaders } = req;
  const remove = (name) => {
    delete headers[name];
    if (headersDistinct) delete headersDistinct[name];
    for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
      if (rawHeaders[at].toLowerCase() == name) rawHeaders.splice(at, 2);
    }
  };
  return {
    forEach: (look) => Object.entries(headers).forEach(([name, value]) => look(value, name)),
    delete: remove,
    set(name, value) {
      remove(name);
      headers[name] = value;
      if (headersDistinct) headersDistinct[name] = [value];
      rawHeaders.push(name, value);
    },
  };
}
