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
    meter: data.meter,
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
  const element = doc.createElement("script");
  let html;
  // Under Trusted Types only our own fallback gets through our policy.
  const only = (isOurs) => (text) => {
    if (!isOurs(text)) throw new TypeError("not the Iteras fallback");
    return text;
  };
  let policy = { createHTML: String, createScriptURL: String };
  try {
    if (window.trustedTypes)
      policy = trustedTypes.createPolicy("iteras", {
        createHTML: only((text) => text === html),
        createScriptURL: only((text) => text === url),
      });
  } catch (error) {
    // The page names its policies and ours is not among them: plain text is tried, and works where
    // nothing enforces Trusted Types.
  }
  // As an attribute, which is what is written.
  if (tag.nonce) element.setAttribute("nonce", tag.nonce);
  if (tag.integrity) element.integrity = FALLBACK_INTEGRITY;
  if (tag.crossOrigin != null) element.crossOrigin = tag.crossOrigin;
  try {
    element.src = policy.createScriptURL(url);
    html = element.outerHTML;
    let written;
    // Only a parser-blocking script may write; for others browsers ignore it, so we look.
    if (doc.readyState == "loading" && !script.async && !script.defer) {
      try {
        doc.write(policy.createHTML(html));
        written = [...doc.scripts].find((one) => one != script && one.src == url);
      } catch (error) {
        // An XML document; or Trusted Types, of which the console tells.
      }
    }
    const append = () => {
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
      doc.addEventListener("DOMContentLoaded", () => again());
    }
  } catch (error) {
    console.error(
      "Iteras: this page's Content-Security-Policy allows neither WebAssembly ('wasm-unsafe-eval' in script-src) nor our fallback (add 'iteras' to trusted-types)",
    );
  }
}
