// `iteras.js`: the classic script. Compiles and starts the inlined module on the spot, so that the very
// next inline script finds a working `Iteras`; where that can't be, it brings in the fallback.
import bytes from "iteras:bytes";

import { connect } from "./engine.js";
import { boot, globalObject, install, setBoot } from "./global.js";
import { doc } from "./page/document.js";
import { createIteras } from "./page/iteras.js";
import { suggest } from "./page/options.js";

const object = globalObject();
const earlier = boot(object);
if (!earlier) begin(doc.currentScript || {});
else if (earlier.version != ITERAS_VERSION) {
  console.warn(`Iteras ${ITERAS_VERSION} was loaded after ${earlier.version}, which stays in charge`);
}

function begin(script) {
  const data = script.dataset || {};
  const tag = {
    base: data.base,
    paywallid: data.paywallid,
    redirect: data.redirect,
    access: data.access,
    server: data.server != "false",
    engine: data.engine,
  };
  // Those that begin with `data-`; of no other the rest resembles one.
  const given = [...(script.attributes || [])].map(({ name }) => name.slice(5));
  suggest(given, Object.keys(tag), "data-");
  Object.assign(tag, {
    version: ITERAS_VERSION,
    src: script.src || "",
    nonce: script.nonce || "",
    integrity: script.integrity,
    crossOrigin: script.crossOrigin,
  });
  setBoot(object, tag);
  let ask;
  if (tag.engine != "js") {
    try {
      const started = connect(new WebAssembly.Instance(new WebAssembly.Module(bytes())).exports);
      started("", 0);
      ask = started;
    } catch (error) {
      // No WebAssembly here, or the page's Content-Security-Policy does not allow it.
    }
  }
  if (ask) install(createIteras(() => ask, ITERAS_VERSION));
  else bringFallback(tag, script);
}

function bringFallback(tag, script) {
  if (!object.q) object.q = [];
  const url = tag.src.replace(/[^/?#]*(?=([?#].*)?$)/, FALLBACK_NAME);
  const attributes = { src: url };
  if (tag.nonce) attributes.nonce = tag.nonce;
  if (tag.integrity) attributes.integrity = FALLBACK_INTEGRITY;
  if (tag.crossOrigin != null) attributes.crossorigin = tag.crossOrigin;
  const escape = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
  let html = "<script";
  for (const name of Object.keys(attributes)) html += ` ${name}="${escape(attributes[name])}"`;
  html += "></" + "script>";

  // Under Trusted Types only our own fallback gets through our policy.
  const only = (allowed) => (text) => {
    if (text !== allowed) throw new TypeError("not the Iteras fallback");
    return text;
  };
  let policy = { createHTML: String, createScriptURL: String };
  try {
    if (window.trustedTypes)
      policy = trustedTypes.createPolicy("iteras", { createHTML: only(html), createScriptURL: only(url) });
  } catch (error) {
    // The page names its policies and ours is not among them: plain text is tried, and works where
    // nothing enforces Trusted Types.
  }
  const isThere = () => {
    for (let i = 0; i < doc.scripts.length; i++) {
      if (doc.scripts[i] != script && doc.scripts[i].src == url) return doc.scripts[i];
    }
  };
  try {
    let written;
    // Only a parser-blocking script may write; for others browsers ignore it, so we look.
    if (doc.readyState == "loading" && !script.async && !script.defer) {
      try {
        doc.write(policy.createHTML(html));
        written = isThere();
      } catch (error) {
        // An XML document; or Trusted Types, which the second try below meets again and reports.
      }
    }
    const append = () => {
      const element = doc.createElement("script");
      for (const name of Object.keys(attributes)) {
        if (name != "src") element.setAttribute(name, attributes[name]);
      }
      element.src = policy.createScriptURL(url);
      element.onerror = () => console.error(`Iteras: ${url} could not be loaded`);
      doc.head.appendChild(element);
    };
    if (!written) append();
    else {
      // Chromium refuses written scripts from other sites on very slow connections. WebKit tells nobody of one that
      // the page's policy refused; the parser has waited for it all the same.
      let again = () => {
        again = () => {};
        if (!boot(object).loaded) append();
      };
      written.addEventListener("error", () => again());
      document.addEventListener("DOMContentLoaded", () => again());
    }
  } catch (error) {
    console.error(
      "Iteras: this page's Content-Security-Policy allows neither WebAssembly ('wasm-unsafe-eval' in script-src) nor our fallback (add 'iteras' to trusted-types)",
    );
  }
}
