// In the place of the page's: the official `wall` renews the pass, so it is called for the page, and is listened to
// (companion, steps 3, 4 and 6).
import { doc } from "../page/document.js";
import { guard } from "../page/core.js";
import { now, readCookie } from "../page/doors.js";
import { once, report } from "../page/events.js";
import * as core from "../page/questions.js";
import { calls } from "../page/state.js";
import { refuse, settleAll } from "../page/verdicts.js";
import { held, look } from "./changes.js";
import { asked, confirmed, decide, isAsked, note, verdict } from "./decisions.js";
import { apart, isThere, official, takeUp } from "./official.js";

let scheduled;
let watching;

// Never before the verdict, and never in the page's own task.
export function schedule() {
  if (!scheduled)
    scheduled = setTimeout(() =>
      guard(() => {
        scheduled = 0;
        ask();
      }),
    );
}

export function lookAgain() {
  const came = takeUp();
  if (look() || came) schedule();
}

function ask() {
  if (doc.prerendering) return;
  takeUp();
  for (const call of calls.slice()) {
    const { value } = decide(call);
    if (!value) continue;
    const { access, ids } = call;
    const { due, key } = core.due({ value, asked: asked(), access, ids });
    call.key = key;
    if (!due) continue;
    if (isThere("wall")) callWall(call, key, value);
    // Before the page has loaded it may still come.
    else if (doc.readyState == "complete") {
      once("official_missing");
      if (call.waits) note(key, value, "missing");
    }
  }
  if (!calls.some(({ waits }) => waits)) return;
  settleAll();
  watching = watching || setInterval(() => guard(watch), 100);
}

function watch() {
  lookAgain();
  if (calls.some(({ waits }) => waits)) return;
  clearInterval(watching);
  watching = 0;
}

function callWall({ access, ids, given }, key, value) {
  const entry = note(key, value, "");
  const unauthorized = () => apart(() => guard(() => hear(entry, access, ids)));
  try {
    official("wall", [Object.assign({ unauthorized }, given)]);
  } catch (error) {
    entry.word = entry.word || "failed";
    report(error);
  }
}

// The official script calls back; that counts once.
function hear(entry, access, ids) {
  if (entry.heard || !isAsked(entry)) return;
  entry.heard = true;
  const { counts } = core.counts({ cookie: readCookie(), value: entry.pass, access, ids, confirmed }, now());
  if (!counts) return;
  entry.word = "shut";
  if (held) return look() || settleAll();
  // Seen to be gone before, and told: so much for the calls that it concerns.
  for (const call of calls.slice()) if (call.key == entry.key) refuse(call, verdict("refused"));
}
