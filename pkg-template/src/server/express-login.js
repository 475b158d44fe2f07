// `expressLogin`: the other end of a log-in form as middleware of Express, Connect and their like.
import { badOption } from "./core.js";

const FACTS = ["host", "origin", "sec-fetch-site", "accept"];

export function expressLogin(logIn) {
  if (typeof logIn?.handle != "function") throw badOption("expressLogin: expected what createLogin made");
  return function iterasLogin(req, res, next) {
    handle(logIn, req, res).catch(next);
  };
}

async function handle(logIn, req, res) {
  const host = req.headers.host ?? req.headers[":authority"];
  const headers = new Headers({ host: host ?? "" });
  for (const name of FACTS) {
    if (typeof req.headers[name] == "string") headers.set(name, req.headers[name]);
  }
  const request = { method: req.method, url: "http://site.invalid/", headers, body: bodyOf(req) };
  // Express gives the reader's address behind proxies that it was told to trust. A Unix socket has none.
  const response = await logIn.handle(request, { peer: req.ip || req.socket.remoteAddress || null });
  // The rest of a body that is still being sent is not waited for.
  if (!req.readableEnded && !req.complete) res.setHeader("Connection", "close");
  res.statusCode = response.status;
  response.headers.forEach((value, name) => res.setHeader(name, value));
  res.end(await response.text());
}

// A parser may have read the body before: of forms or JSON (an object), of text, of bytes.
function bodyOf(req) {
  const { body } = req;
  const isUnread = body == null || (typeof body == "object" && !Object.keys(body).length && !req.readableDidRead);
  if (isUnread) return req;
  const bytes = typeof body == "string" || ArrayBuffer.isView(body) ? body : fieldsOf(body);
  return new Blob([bytes]).stream();
}

// Of fields of one name, which parsers give as an array, the first counts; nested ones are none of a log-in form's.
function fieldsOf(body) {
  const plain = (value) => typeof value == "string" || typeof value == "number";
  const fields = Object.entries(Object(body)).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
  return (
    new URLSearchParams(fields.filter(([, value]) => plain(value)).map(([name, value]) => [name, `${value}`])) + ""
  );
}
