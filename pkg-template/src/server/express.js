// `expressGate`: a gate as middleware of Express, Connect and whatever else is called `(req, res, next)`.
import { badOption, rules } from "./core.js";
import { insideOf } from "./gate.js";
import { allowed, askForWhole, deleteOurs, denied, gift, neverStored, tell } from "./headers.js";
import { locationOf } from "./landing.js";
import { ofNode } from "./request.js";

export function expressGate(gate, options) {
  const inside = insideOf(gate, "expressGate");
  const reject = options?.reject ?? undefined;
  if (reject !== undefined && typeof reject != "function") {
    throw badOption(`expressGate: reject: expected a function, got a ${typeof reject}`);
  }
  for (const name of ["reject", "teaser"]) {
    if (!inside[name] || (name == "reject" && reject)) continue;
    throw badOption(
      `expressGate: the gate's ${name} answers fetch requests; give expressGate a reject (verdict, req, res) instead`,
    );
  }
  return function iteras(req, res, next) {
    let isOpen = false;
    try {
      isOpen = admit(inside, reject, req, res);
    } catch (error) {
      fail(res, error);
    }
    if (isOpen) next();
  };
}

// Whether the request goes on; else it is answered.
function admit(inside, reject, req, res) {
  const now = Date.now();
  const verdict = inside.check(req, now);
  const asked = requestHeaders(req);
  deleteOurs(asked);
  req.iteras = verdict;
  if (verdict.authorized) {
    tell(asked, "pass", verdict);
    keep(res, allowed);
    return true;
  }
  const view = ofNode(req);
  askForWhole(asked);
  if (view.host && inside.core.gift(view.host, view.path, view.query, now)) {
    tell(asked, "gift");
    keep(res, gift);
    return true;
  }
  keep(res, (headers) => denied(headers, verdict.reason));
  if (!reject) answer(inside, verdict, view, res);
  else Promise.resolve(reject(verdict, req, res)).catch((error) => fail(res, error));
  return false;
}

function answer(inside, { reason }, view, res) {
  const location = locationOf(inside, view);
  if (location !== undefined) {
    res.statusCode = 302;
    res.setHeader("Location", location);
    return res.end();
  }
  res.statusCode = inside.paymentRequired ? 402 : rules.denials[reason].status;
  res.setHeader("Content-Type", "text/html; charset=utf-8");
  return res.end(rules.page);
}

function fail(res, error) {
  console.error("iteras/server: the gate failed, so the answer is 503:", error);
  if (res.headersSent) return res.destroy();
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  neverStored(responseHeaders(res));
  res.statusCode = 503;
  res.setHeader("Content-Type", "text/plain");
  return res.end("Service Unavailable\n");
}

// Carries a rule out now, for handlers to see, and again when the headers are sent.
function keep(res, rule) {
  const headers = responseHeaders(res);
  rule(headers);
  const { writeHead } = res;
  res.writeHead = function (status, ...given) {
    const message = typeof given[0] == "string" ? given.shift() : undefined;
    for (const [name, values] of byName(given[0] ?? given[1])) res.setHeader(name, values);
    rule(headers);
    return message === undefined ? writeHead.call(res, status) : writeHead.call(res, status, message);
  };
}

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
  forEach: (look) => res.getHeaderNames().forEach((name) => look([].concat(res.getHeader(name)).join(", "), name)),
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
