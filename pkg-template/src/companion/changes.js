// The cookie changes under our eyes: by a log-in in an official frame, a renewal, a log-out, here or in another tab
// (companion, steps 5 and 7).
import { doc } from "../page/document.js";
import { loadAgain } from "../page/again.js";
import { guard } from "../page/core.js";
import { confirm, decide, verdict } from "../page/decisions.js";
import { here, now, readCookie, remember } from "../page/doors.js";
import { emit } from "../page/events.js";
import * as core from "../page/questions.js";
import { calls } from "../page/state.js";
import { refuse, run, settleAll } from "../page/verdicts.js";
import { ANY, asked, forgetAsked } from "./decisions.js";

// The cookies and the pass in them as they were last seen.
let had = "";
export let held;

export function forgetHeld() {
  had = held = "";
  forgetAsked();
}

// Tells that the cookie has changed, once that is carried out.
export function look() {
  // The reader has not come yet.
  if (doc.prerendering) return;
  const cookie = readCookie();
  const first = held == null;
  const { change, held: pass, record } = core.change({ cookie, had, before: held || "", asked: asked() }, now());
  had = cookie;
  held = pass;
  if (first || !change) return;
  if (change == "refused") {
    const refused = verdict(change);
    emit(change, refused);
    for (const call of calls.slice()) refuse(call, refused);
  } else {
    if (record) remember(record);
    if (record || !pass) confirm(pass);
    emit(change, decide(ANY).verdict);
    settleAll();
    reopen(change);
  }
  return true;
}

function reopen(change) {
  const own = calls.filter((call) => !call.watched);
  const decided = own.map(decide);
  const digits = ({ shut, opens }, at) =>
    [decided[at].verdict.authorized || decided[at].cut, shut, opens].map((is) => +!!is).join("");
  const { calls: open, load } = core.reopened({
    calls: own.map(digits),
    marker: decided.some(({ cut }) => cut),
    change,
    page: here(),
  });
  const pass = held;
  for (let i = 0; open && i < own.length; i++) {
    const call = own[i];
    if (!call.shut || !call.opens) continue;
    call.shut = false;
    run(call.opens, decided[i].verdict);
  }
  if (load == "now") loadAgain(pass);
  if (load == "later") setTimeout(() => guard(() => held == pass && loadAgain(pass)), 3000);
}
