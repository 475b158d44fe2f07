// `watchWall`: one wall's verdicts, the first and every later one, until nobody wants them any more.
//
// What `wall` does not offer: an event on `document` does not say which call it is about, and a call
// lasts as long as the page. A component of an app wants its own verdicts, and wants an end.
import { RefusedOption } from "../options.js";

const OPTIONS = ["paywallid", "access", "redirect", "server"];
const EVENTS = ["iteras:authorized", "iteras:unauthorized"];

export function watcher(begin) {
  return (options, listener) => {
    const { calls, documented } = begin();
    if (typeof listener != "function") throw new RefusedOption("watchWall", "listener", listener, "function");
    // Read here, so that no page code runs between now and the place of the new call in `calls`.
    const at = calls.length;
    const call = () => calls[at];
    return follow(calls, () => documented.wall(plain(options)), listener);
  };
}

function plain(options) {
  if (!options || typeof options != "object" || Array.isArray(options)) return options;
  const values = {};
  for (const name of OPTIONS) values[name] = options[name];
  return values;
}
