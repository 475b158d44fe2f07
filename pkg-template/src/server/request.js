// What a gate reads of a request, whether fetch's or Node's.
import { badOption } from "./core.js";

/** The Cookie header of a request, of whatever kind, or of a header's text itself; "" without one. */
export function cookieHeader(from) {
  if (from == null) return "";
  if (typeof from == "string") return from;
  const { headers } = from;
  if (headers == null || typeof headers != "object") throw unreadable();
  const found = typeof headers.get == "function" ? headers.get("cookie") : headers.cookie;
  if (found == null) return "";
  if (typeof found == "string") return found;
  if (Array.isArray(found) && found.every((line) => typeof line == "string")) return found.join(";");
  throw unreadable();
}

const unreadable = () =>
  badOption("check: expected a fetch Request, a request of Node's, the text of a Cookie header, or null for none");

/** Method, host, path, query and destination of a fetch Request. */
export function ofFetch({ url, method, headers }) {
  const { host, pathname, search } = new URL(url);
  return {
    method,
    host,
    path: pathname,
    query: search.slice(1),
    destination: headers.get("sec-fetch-dest") ?? undefined,
  };
}

/** The same of a request of Node's; without a host where two that differ were sent. */
export function ofNode(req) {
  const { headers, rawHeaders, method } = req;
  const url = req.originalUrl ?? req.url;
  const end = url.indexOf("?");
  const hosts = rawHeaders.filter((_, at) => at % 2 == 1 && /^(host|:authority)$/i.test(rawHeaders[at - 1]));
  return {
    method,
    host: hosts.every((host) => host == hosts[0]) ? hosts[0] : undefined,
    path: end < 0 ? url : url.slice(0, end),
    query: end < 0 ? "" : url.slice(end + 1),
    destination: headers["sec-fetch-dest"],
  };
}
