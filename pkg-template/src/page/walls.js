// `wall`: decided at once from the cookie, and again whenever the pass changes.
import { leave } from "./again.js";
import { guard } from "./core.js";
import { decide, giveUp, verdict } from "./decisions.js";
import { hasPage, listen, parts } from "./doors.js";
import { read } from "./options.js";
import { schedule } from "./renewal.js";
import { calls, state } from "./state.js";
import { opened, settle, settleAll } from "./verdicts.js";

export function wall(options) {
  const bad = [];
  const o = read(
    "wall",
    options,
    {
      paywallid: "ids",
      access: "level",
      redirect: "url",
      unauthorized: "function",
      authorized: "function",
      server: "boolean",
    },
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
        opens: o.authorized,
        server: o.server,
        target: o.redirect && parts(o.redirect),
        calledOn: location.href,
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
      }
      // A server's mark may stand further down.
      if (o.server !== false && document.readyState == "loading") {
        document.addEventListener("DOMContentLoaded", () =>
          guard(() => call.shown === null && settle(call).awaits && schedule()),
        );
      }
      if (bad.length) throw bad[0];
      return result;
    },
    () => verdict("internal"),
  );
}

// The page comes out of prerendering or out of the back/forward cache: time has passed.
function shownAgain() {
  leave(false);
  giveUp("");
  settleAll();
  schedule();
  opened();
}
