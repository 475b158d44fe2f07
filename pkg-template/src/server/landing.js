// Where a reader without a pass is sent. What the address says is decided in the core; URLs are resolved here.
import { isNavigation } from "iteras:server";

import { badOption } from "./core.js";

// As the host of a visitor can't be called.
const NOWHERE = "http://site.invalid";

/** The option `landing`: a path (`/subscribe`) or an absolute http or https URL. */
export function landingPage(target) {
  const text = typeof target == "string" ? target : "";
  const isPath = text.startsWith("/") && parsed(text, NOWHERE)?.origin == NOWHERE;
  if (isPath || /^https?:$/.test(parsed(text)?.protocol)) return text;
  const got = typeof target == "string" ? JSON.stringify(text.slice(0, 80)) : `a ${typeof target}`;
  throw badOption(`createGate: landing: expected a path such as "/subscribe" or a http(s) URL, got ${got}`);
}

/** The Location for a request; undefined for what is no navigation or would go round in circles. */
export function locationOf({ landing, core }, { method, host, path, query, destination }) {
  if (landing === undefined || !host || !isNavigation(method, destination)) return undefined;
  // The gate may not know the scheme that the visitor used; a host and path tell pages apart as well.
  const scheme = parsed(landing)?.protocol ?? "http:";
  const page = parsed(`${scheme}//${host}${path}${query && "?"}${query}`);
  const target = page && parsed(landing, page.href);
  if (!target) return undefined;
  const url = core.landing(target.href, target.origin, target.pathname, page.href, page.origin, page.pathname);
  // A path stays one, so that no Host header of a visitor ends up in a Location.
  return url && landing.startsWith("/") ? url.slice(target.origin.length) : url;
}

function parsed(text, base) {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
