// `wall`: decided at once from the cookie, and again whenever the pass changes.
import { guard } from "./core.js";
import { decide, giveUp, verdict } from "./decisions.js";
import { hasPage, listen, parts } from "./doors.js";
import { read } from "./options.js";
import { schedule } from "./renewal.js";
import { calls, state } from "./state.js";
import { settle, settleAll } from "./verdicts.js";

export function wall(options) {
  const bad = [];
  const o = read(
    "wall",
    options,
    { paywallid: "list", access: "level", redirect: "url", unauthorized: "function", server: "boolean" },
    bad,
  );
  if (!hasPage()) return verdict(null, true);
  return guard(
    () => {
      state.configUsed = true;
      const call = {
        ids: o.paywallid,
        access: o.access,
        handler: o.unauthorized,
        server: o.server,
        target: o.redirect && parts(o.redirect),
      };
      calls.push(call);
      listen(window, "pageshow", (event) => event.persisted && guard(shownAgain));
      let result;
      if (document.prerendering) {
        listen(document, "prerenderingchange", () => guard(shownAgain));
        result = Object.assign(decide(call).verdict, { pending: true });
      } else {
        const decided = settle(call);
        if (decided.value) schedule();
        result = decided.verdict;
        // The mark may stand further down.
        if (o.server && document.readyState == "loading") {
          document.addEventListener("DOMContentLoaded", () => guard(() => settle(call)));
        }
      }
      if (bad.length) throw bad[0];
      return result;
    },
    () => verdict("internal"),
  );
}

// The page comes out of prerendering or out of the back/forward cache: time has passed.
function shownAgain() {
  giveUp("");
  settleAll();
  schedule();
}
