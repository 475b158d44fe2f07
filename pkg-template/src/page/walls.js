// `wall`: decided at once from the cookie, and again whenever the pass changes.
import { leave } from "./again.js";
import { guard } from "./core.js";
import { decide, giveUp, verdict } from "./decisions.js";
import { doc } from "./document.js";
import { hasPage, listen, parts } from "./doors.js";
import { warnOnce } from "./events.js";
import { RefusedOption, read } from "./options.js";
import { schedule } from "./renewal.js";
import { METER, calls, state } from "./state.js";
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
      meter: "meter",
    },
    bad,
  );
  if (!hasPage()) return verdict(null, true);
  const meter = o.meter ? metering(o.meter, bad) : undefined;
  return guard(
    () => {
      state.configUsed = true;
      const call = {
        ids: o.paywallid,
        access: o.access,
        handler: o.unauthorized,
        opens: o.authorized,
        server: o.server,
        meter,
        target: o.redirect && parts(o.redirect),
        calledOn: location.href,
      };
      calls.push(call);
      listen(window, "pageshow", (event) => event.persisted && guard(shownAgain));
      let result;
      if (doc.prerendering) {
        listen(doc, "prerenderingchange", () => guard(shownAgain));
        result = Object.assign(decide(call).verdict, { pending: true });
      } else {
        result = look(call).verdict;
      }
      // A server's mark may stand further down.
      if (o.server !== false && doc.readyState == "loading") {
        doc.addEventListener("DOMContentLoaded", () => guard(() => call.shown === null && look(call)));
      }
      if (bad.length) throw bad[0];
      return result;
    },
    () => verdict("internal"),
  );
}

// Free articles are counted by the meter. Its reading of the option runs page code.
function metering(given, bad) {
  const meter = window[METER];
  return meter ? meter(given, bad, RefusedOption) : warnOnce("no iteras.meter.js");
}

// Decides about a call, and sees to the renewal of its pass.
export function look(call) {
  const decided = settle(call);
  if (decided.value) schedule();
  return decided;
}

// The page comes out of prerendering or out of the back/forward cache: time has passed.
function shownAgain() {
  leave(false);
  giveUp("");
  settleAll();
  schedule();
  opened();
}
