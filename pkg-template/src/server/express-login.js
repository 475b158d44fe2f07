// `expressLogin`: the other end of a log-in form as middleware of Express, Connect and their like.
import { badOption } from "./core.js";
import { readStream } from "./form.js";

export function expressLogin(logIn) {
  if (typeof logIn?.handle != "function") throw badOption("expressLogin: expected what createLogin made");
  return function iterasLogin(req, res, next) {
    handle(logIn, req, res).catch(next);
  };
}

async function handle(logIn, req, res) {
  const headers = new Headers();
  for (const name of ["host", "origin", "sec-fetch-site", "accept"]) {
    if (req.headers[name] !== undefined) headers.set(name, req.headers[name]);
  }
  const isPost = req.method == "POST";
  // A parser of forms may have read it before.
  const body =
    isPost &&
    (req.body && typeof req.body == "object" ? new URLSearchParams(req.body).toString() : await readStream(req));
  const request = {
    method: req.method,
    url: `http://${req.headers.host ?? "site.invalid"}/`,
    headers,
    body: isPost ? new Blob([body ?? ""]).stream() : null,
  };
  // Express gives the reader's address behind proxies that it was told to trust.
  const response = await logIn.handle(request, { peer: req.ip ?? req.socket.remoteAddress });
  res.statusCode = response.status;
  response.headers.forEach((value, name) => res.setHeader(name, value));
  res.end(await response.text());
}
