// A gate at the edge: readers with a pass get the origin's page, all others its beginning.
import { siteOf } from "./site.js";

/** From the settings alone, which are the same for every request. */
let site;

export default {
  async fetch(request, env) {
    try {
      site ??= siteOf(env);
    } catch (error) {
      // Names the setting and never holds a key.
      console.error(`the gate is closed: ${error.message}`);
      return unavailable();
    }
    const url = new URL(request.url);
    const { host, pathname } = url;
    // Set one by one: put together as text, `//evil.example/` would be another host.
    url.protocol = site.origin.protocol;
    url.hostname = site.origin.hostname;
    url.port = site.origin.port;
    const fromOrigin = (asked) => {
      asked.headers.set("x-forwarded-host", host);
      return fetch(asked);
    };
    return site.gate.handle(request, fromOrigin, { url, open: site.isOpen(pathname) });
  },
};

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Not available</title>
<h1>This page is not available right now</h1><p>Please try again in a moment.</p></html>
`;

const unavailable = () =>
  new Response(PAGE, {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "private, no-store", "retry-after": "60" },
  });
