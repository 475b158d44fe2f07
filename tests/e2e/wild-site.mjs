// A site whose pages call our script as pages in the wild do: those of the service's plugin for WordPress, of old and
// of today, and of themes. The markup is our own; its shapes are those of the documented surface, section 7.
//
//   const site = await wildSite();
//   site.show("/?p=5", article({ wall: redirect({ to: "/?page_id=12" }) }));
//   site.move("/kob", "/da/kob");
//   …
//   await site.stop();
//
// A page is found by its path and its query, less what landings and newsletters add to it, as WordPress does.
import { createServer } from "node:http";

export const WALL = "n8fsoupukhv3";
export const ARCHIVE = "BBBB2222";

const TITLE = "The mill that came back";
const LEAD = "For forty years nobody had heard it turn.";
const REST = "Then, one morning in May, the wheel moved.";

/** The call of redirect mode, printed before the content. `ids`: as the plugin prints them, JSON of any shape. */
export const redirect = ({ to, ids = [WALL], more = {} }) =>
  `<script>Iteras.wall(${json({ redirect: to, ...(ids && { paywallid: ids }), ...more })});</script>`;

/** The call of the old plugin: a level, and no paywall. */
export const oldRedirect = (to) => `<script>Iteras.wall(${json({ redirect: to, access: "sub" })});</script>`;

/** The call of box mode, printed after the content: hides it and shows the box. `more`: options as JavaScript. */
export const box = ({ ids = [WALL], content, more = "" } = {}) => `
  <div class="paywall-box" style="display: none">
    <h2>For subscribers</h2>
    ${content ?? logInFrame({ ids })}
  </div>
  <script>
    (function () {
      var box = document.querySelector(".paywall-box");
      Iteras.wall({
        unauthorized: function (verdict) {
          window.shut = (window.shut || []).concat(verdict ? verdict.reason : "nothing");
          document.querySelector(".iteras-content-wrapper").style.display = "none";
          box.style.display = "block";
        },
        paywallid: ${json(ids)}${more && `,${more}`}
      });
    })();
  </script>`;

export const logInFrame = ({ ids = [WALL], more = {} } = {}) =>
  written("paywalliframe", { profile: "lumen", paywallid: ids, ...more });

export const orderFrame = (more = {}) =>
  written("orderingiframe", {
    profile: "lumen",
    orderingid: "lumen-order",
    prefill: { products: "12MPro" },
    ...more,
  });

/** A frame as the plugin prints it. */
export const written = (method, options) => `<script>document.write(Iteras.${method}(${json(options)}));</script>`;

// As `json_encode` in PHP does it: slashes are escaped.
const json = (value) => JSON.stringify(value).replaceAll("/", "\\/");

/**
 * An article. `before` and `after` stand around its content; `wants`: the ids for which the server side of the plugin
 * cuts it, if it does so at all. `marks`: it marks what it has cut.
 */
export const article =
  ({ before = "", after = "", wants = null, head = "", id = "" } = {}) =>
  ({ cookie, service, strips, now }) => {
    const kind = wants && judged(strips ? "" : cookie, wants, now);
    const classes = ["iteras-content-wrapper", ...(kind ? ["iteras-content-truncated", kind] : [])];
    return page({
      head: scriptTag(service) + head,
      body: `${before}
        <article${id && ` id="${id}"`}>
          <h1>${TITLE}</h1>
          <div class="${classes.join(" ")}"><p>${LEAD}</p>${kind ? "" : `<p class="rest">${REST}</p>`}</div>
        </article>${after}`,
    });
  };

/** Any other page, with our script in its head. */
export const plain =
  (body, head = "") =>
  ({ service }) =>
    page({ head: scriptTag(service) + head, body });

/** The same with attributes on the script's tag. */
export const tagged =
  (attributes, body = "") =>
  ({ service }) =>
    page({ head: scriptTag(service, attributes), body });

const scriptTag = (service, attributes = "") =>
  `<script src="${service}/static/api/iteras.js?ver=1.7.0" ${attributes}></script>`;

const page = ({ head, body }) => `<!doctype html>
  <html lang="da"><head><meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${TITLE}</title>${head}</head><body>${body}</body></html>`;

// The mark of the server side, which knows passes by their expiry and their ids here; nothing for readers whose
// pass is good.
function judged(cookie, wants, now) {
  const pass = /(?:^|;\s*)iteraspass=([^;]*)/.exec(cookie)?.[1];
  if (!pass) return "iteras-no-pass";
  const [, ids = "", expiry = ""] = pass.split("|");
  const opens = Date.parse(expiry) >= now && ids.split(",").some((id) => wants.includes(id));
  return opens ? "" : "iteras-invalid-pass";
}

/** The site, at `origin`; `views` holds path and query of every page that was asked for, `ticks` gives its clock. */
export async function wildSite() {
  const pages = new Map();
  const site = {
    views: [],
    service: "",
    /** A cache in front of it removes the cookies of readers. */
    strips: false,
    show: (address, render) => void pages.set(key(address), { render }),
    move: (address, to) => void pages.set(key(address), { to }),
    /** Sends the first part of a page at once and the rest when it is released. */
    hold(address, render, at) {
      let release;
      const held = new Promise((done) => (release = done));
      pages.set(key(address), { render, at, held });
      return release;
    },
    clear() {
      pages.clear();
      site.views.length = 0;
      site.strips = false;
    },
  };
  const server = createServer(async (request, response) => {
    const found = pages.get(key(request.url));
    if (/favicon/.test(request.url)) return response.writeHead(404).end();
    site.views.push(request.url);
    if (!found) return response.writeHead(404, { "Content-Type": "text/html" }).end("<h1>Not found</h1>");
    if (found.to) {
      const query = request.url.slice((request.url + "?").indexOf("?"));
      return response.writeHead(301, { Location: found.to + query, "Cache-Control": "no-store" }).end();
    }
    const { cookie = "" } = request.headers;
    const html = found.render({ cookie, service: site.service, strips: site.strips, now: Date.now() });
    // Not `no-store`, which would keep pages out of the back/forward cache.
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache" });
    if (!found.held) return response.end(html);
    const [first, rest] = html.split(found.at);
    // WebKit waits for half a kilobyte before it looks at any of it.
    response.write(first + " ".repeat(512));
    await found.held;
    response.end(found.at + rest);
  });
  await new Promise((ready) => server.listen(0, "localhost", ready));
  site.origin = `http://localhost:${server.address().port}`;
  site.stop = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  return site;
}

// Path without a trailing slash, and the query without what others added.
function key(address) {
  const { pathname, searchParams } = new URL(address, "http://localhost");
  for (const name of [...searchParams.keys()]) if (/^(iteras|utm_)/.test(name)) searchParams.delete(name);
  return `${pathname.replace(/(.)\/$/, "$1")}?${searchParams}`;
}
