// The parts of a request that a gate reads, whether it is fetch's or Node's.
import { badOption, table } from "./core.js";

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

/** A fetch Request as the core looks at it: a URL is read only where no pass opens the page. */
export class FetchView {
  #request;
  #url;
  #peer;
  #isConfigured;

  constructor(request, peer, isConfigured) {
    this.#request = request;
    this.#peer = peer;
    this.#isConfigured = isConfigured === true;
  }

  get method() {
    return this.#request.method;
  }

  get host() {
    return this.#parsed().host;
  }

  get path() {
    return this.#parsed().pathname;
  }

  get query() {
    return this.#parsed().search.slice(1);
  }

  get destination() {
    return this.#request.headers.get("sec-fetch-dest") ?? undefined;
  }

  get agent() {
    return this.#request.headers.get("user-agent") ?? undefined;
  }

  get purpose() {
    const { headers } = this.#request;
    return table.purposes.map((name) => headers.get(name) ?? "").join(",");
  }

  get accept() {
    return this.#request.headers.get("accept") ?? "";
  }

  get isSecure() {
    return this.#parsed().protocol == "https:";
  }

  get forwardedProto() {
    return (this.#isConfigured && this.#request.headers.get(table.forwardedProto)) || "";
  }

  get peer() {
    return this.#peer ?? undefined;
  }

  #parsed() {
    return (this.#url ??= new URL(this.#request.url));
  }
}

/** The same of a request of Node's; without a host where two that differ were sent. */
export class NodeView {
  #request;
  #peerOf;
  #isConfigured;

  constructor(request, peerOf, isConfigured) {
    this.#request = request;
    this.#peerOf = peerOf;
    this.#isConfigured = isConfigured === true;
  }

  get method() {
    return this.#request.method;
  }

  get host() {
    const { rawHeaders } = this.#request;
    const hosts = rawHeaders.filter((_, at) => at % 2 == 1 && /^(host|:authority)$/i.test(rawHeaders[at - 1]));
    return hosts.every((host) => host == hosts[0]) ? hosts[0] : undefined;
  }

  get path() {
    const url = this.#address();
    const end = url.indexOf("?");
    return end < 0 ? url : url.slice(0, end);
  }

  get query() {
    const url = this.#address();
    const end = url.indexOf("?");
    return end < 0 ? "" : url.slice(end + 1);
  }

  get destination() {
    return this.#request.headers["sec-fetch-dest"];
  }

  get agent() {
    return this.#request.headers["user-agent"];
  }

  get purpose() {
    const { headers } = this.#request;
    return table.purposes.map((name) => headers[name] ?? "").join(",");
  }

  get accept() {
    return this.#request.headers.accept ?? "";
  }

  get isSecure() {
    return this.#request.socket?.encrypted === true;
  }

  get forwardedProto() {
    return (this.#isConfigured && this.#request.headers[table.forwardedProto]) || "";
  }

  // Told by the publisher's function, whose errors are the gate's: nothing opens by them.
  get peer() {
    const peer = this.#peerOf?.(this.#request) ?? undefined;
    if (peer === undefined || typeof peer == "string") return peer;
    throw new TypeError(`expressGate: peer: expected an address as a string, got a ${typeof peer}`);
  }

  #address() {
    return this.#request.originalUrl ?? this.#request.url;
  }
}
