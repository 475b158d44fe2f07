// What a tag manager may know of the wall: its events as entries of the page's data layer (reach, "Analytics").
import { doc } from "../page/document.js";

const EVENTS = ["authorized", "unauthorized", "login", "renewed", "refused", "logout", "error"];

/**
 * Pushes an entry for each event into `window[layer]`, an array that is made where there is none; gives the function
 * that ends it. Nothing in an entry says who the reader is.
 */
export function listen(layer = "dataLayer") {
  const hear = ({ type, detail }) => {
    const { code, reason, level, paywallid, metered } = detail;
    const counted = metered && { used: metered.used, free: metered.free };
    const iteras = code ? { code } : { reason, level, paywallid, metered: counted || null };
    // An element of that id, or anything else that takes nothing, is left alone.
    const found = (window[layer] = window[layer] || []);
    if (typeof found.push == "function") found.push({ event: type.replace(":", "_"), iteras });
  };
  const each = (method) => EVENTS.forEach((name) => doc[method](`iteras:${name}`, hear));
  each("addEventListener");
  return () => each("removeEventListener");
}
