// Frames as strings and as elements (documented surface, section 4).
import { base } from "./configure.js";
import { guard } from "./core.js";
import { doc } from "./document.js";
import { hasPage, here, listen, resolve } from "./doors.js";
import { SENTENCES } from "./events.js";
import { expectWord, hear, placeOf } from "./messages.js";
import { RefusedOption, read } from "./options.js";
import * as core from "./questions.js";
import { config, frames, state } from "./state.js";

const ID_OPTIONS = { ordering: "orderingid", signup: "signupid", paywall: "paywallid" };
const FRAME_OPTIONS = {
  profile: "text",
  cssclass: "text",
  preauth: "text",
  next: "text",
  access: "level",
  title: "text",
  prefill: "fields",
};

function make(method, kind, options) {
  const idOption = ID_OPTIONS[kind];
  const kinds = Object.assign({}, FRAME_OPTIONS);
  if (idOption) kinds[idOption] = kind == "paywall" ? "ids" : "text";
  const o = read(method, options, kinds);
  if (!hasPage()) return;
  o.kind = kind;
  return guard(
    () => {
      state.configUsed = true;
      const ids = [].concat(o[idOption] || []);
      const random = crypto.getRandomValues(new Uint8Array(16));
      let id = "";
      for (let i = 0; i < 16; i++) id += (random[i] + 256).toString(16).slice(1);
      const { refused, html, token, clean, attributes } = core.frame({
        kind,
        base: base(),
        template: config.endpoints[kind] || "",
        id,
        page: here(),
        kept: state.preauth,
        profile: o.profile,
        cssclass: o.cssclass,
        preauth: o.preauth,
        next: o.next,
        access: o.access,
        title: o.title,
        ids,
        prefill: o.prefill,
      });
      if (refused) throw new RefusedOption(method, refused, `${o[refused]}`);
      const src = attributes[1];
      const frame = { kind, ids, next: o.next, origin: resolve(src)[1] };
      if (!frame.origin) throw new RefusedOption(method, "endpoints", src);
      frames.set(id, frame);
      listen(window, "message", (event) => guard(() => hear(event)));
      listen(doc, "load", ({ target }) => {
        const place = target.dataset && frames.has(target.dataset.iterasFrame) && placeOf(target);
        if (place && !place.own) expectWord(place);
      });
      // A credential: it stays in no address bar and no history.
      if (clean) {
        state.preauth = token;
        try {
          history.replaceState(history.state, "", clean);
        } catch (error) {
          // A page that may not change its address keeps it; the frame works all the same.
        }
      }
      return { frame, html, attributes };
    },
    () => {
      throw Object.assign(new Error(`Iteras.${method}: ${SENTENCES.internal}`), { code: "internal" });
    },
  );
}

export function frameHtml(method, kind) {
  return (options) => (make(method, kind, options) || { html: "" }).html;
}

// A symbol has no text, nor has an object without prototype.
function textOf(value) {
  try {
    return `${value || ""}`;
  } catch (error) {
    return typeof value;
  }
}

export function frameElement(kind, options) {
  const made = make("frame", textOf(kind), options);
  if (!made) return null;
  const element = doc.createElement("iframe");
  for (let i = 0; i < made.attributes.length; i += 2) {
    if (made.attributes[i + 1]) element.setAttribute(made.attributes[i], made.attributes[i + 1]);
  }
  // A listener of its own, since in a shadow tree the document hears nothing; two would count one load twice.
  const place = placeOf((made.frame.element = element));
  place.own = true;
  element.addEventListener("load", () => expectWord(place));
  return element;
}
