// Renewal: from time to time the service is asked whether the pass still holds (wire protocol,
// "Regeneration"). When to ask is the core's decision.
import { base } from "./configure.js";
import { guard } from "./core.js";
import { confirm, decide, verdict } from "./decisions.js";
import { KEY, listen, now, readRecord, remember, stored } from "./doors.js";
import { emit } from "./events.js";
import * as core from "./questions.js";
import { forget, has, sent, setSent, store, vouchedFor } from "./session.js";
import { calls, config, state } from "./state.js";
import { opened, refuse, settleAll, settleWaiting, stopWaiting } from "./verdicts.js";

let askedBefore = false;
let scheduled;

// The first touches of storage and network cost more than all the rest of a page view: never before the verdict.
export function schedule() {
  if (!scheduled) {
    scheduled = true;
    setTimeout(() =>
      guard(() => {
        scheduled = false;
        renew("");
      }),
    );
  }
}

// Another tab has written the record: if a verdict waits here, it may be about to be renewed there.
function hear({ key }) {
  if (key == KEY && calls.some((call) => call.waits))
    guard(() => {
      settleAll();
      renew("");
    });
}

// The pass that the verdict is about: that of one that waits, else of the first call that has one.
function subject() {
  let found;
  for (const call of calls) {
    const decided = decide(call);
    if (decided.value && (!found || (decided.awaits && !found.awaits))) found = decided;
  }
  return found;
}

function renew(turn, queued) {
  if (turn) settleWaiting();
  const about = !sent && subject();
  if (!about) return;
  const { value, awaits } = about;
  if (awaits) listen(window, "storage", hear);
  // Another tab may have renewed the pass while this one waited for its turn; its record comes later than
  // its cookie.
  if (turn && value != queued) {
    settleAll();
    opened();
    return awaits && schedule();
  }
  const { step, record, url } = core.renew(
    {
      value,
      awaits,
      renewAfter: config.renewAfter,
      turn,
      askedBefore,
      record: stored(),
      template: config.endpoints.renew || "",
      base: base(),
    },
    now(),
  );
  if (step == "turn") return takeTurn(about);
  if (step == "send") {
    remember(record);
    // Storage that is full keeps nothing: then it counts as none, and whether to ask is another question.
    if (!state.forgetful && readRecord() != record) {
      state.forgetful = true;
      return renew(turn, queued);
    }
    askedBefore = true;
    return send(url, value);
  }
  if (step == "confirmed") confirm(value);
  if (step == "giveup") stopWaiting(about);
  else if (step) settleAll();
}

// One tab at a time asks; the lock is held until the answer is in, and for a moment more: Firefox gives it to the next
// tab sooner than it shows that tab what was stored here.
function takeTurn({ value, awaits }) {
  let taken;
  const take = (lock) => {
    taken = true;
    return lock && guard(() => renew(lock == "claimed" ? lock : "locked", value));
  };
  try {
    navigator.locks.request(KEY, { ifAvailable: !awaits }, take).catch(() => taken || take("claimed"));
  } catch (error) {
    take("claimed"); // no Web Locks here: the record in storage is the claim
  }
}

function send(url, value) {
  setSent(value);
  let answered;
  const answer = (status, body, retryAfter) => {
    clearTimeout(timer);
    if (!answered) {
      answered = true;
      guard(() => receive(status, body, retryAfter));
    }
  };
  const stop = typeof AbortController == "function" && new AbortController();
  const timer = setTimeout(() => {
    if (stop) stop.abort();
    answer(0);
  }, 10000);
  try {
    return fetch(url, {
      method: "POST",
      body: value,
      headers: { "Content-Type": "text/plain" },
      credentials: "omit",
      redirect: "error",
      keepalive: true,
      signal: stop ? stop.signal : null,
    })
      .then((response) => {
        const retryAfter = response.headers.get("Retry-After");
        if (response.status != 200) return answer(response.status, null, retryAfter);
        return response.json().then((body) => answer(200, body));
      })
      .catch(() => answer(0))
      .then(() => new Promise((done) => setTimeout(done, 100)));
  } catch (error) {
    answer(0); // no fetch here
  }
}

function receive(status, body, retryAfter) {
  const value = sent;
  setSent("");
  // After log-out or log-in elsewhere the answer concerns nobody any more. Firefox shows what another tab has stored
  // late, maybe after this one took its turn: a page that is shut may open by that.
  if (!value || !has(value)) {
    if (value && subject() && calls.some(({ shown }) => shown)) {
      settleAll();
      opened();
    }
    return;
  }
  const field = (name) => {
    const content = body && body[name];
    return [content === null ? "null" : typeof content, typeof content == "string" ? content : ""];
  };
  const seconds = /^\d+$/.test(retryAfter) ? retryAfter : Math.ceil((Date.parse(retryAfter) - now()) / 1000);
  const { outcome, record } = core.outcome(
    {
      sent: value,
      status,
      pass: field("pass"),
      errorcode: field("errorcode"),
      retryAfter: seconds >= 0 ? Math.min(seconds, 1e9) : "",
      random: Math.floor(Math.random() * 1000),
      record: stored(),
    },
    now(),
  );
  if (outcome == "renewed") {
    if (store(body.pass)) {
      vouchedFor("renewed");
      opened();
      // Watchers of a page that was cut go on waiting.
      return calls.some((call) => call.waits) && schedule();
    }
    // As good as no answer: the old pass stays, and the service is left alone for a while.
    setSent(value);
    receive(0);
  } else if (outcome == "refused") {
    forget();
    const refused = verdict(outcome);
    emit("refused", refused);
    for (const call of calls) refuse(call, refused);
  } else {
    if (readRecord() != null) remember(record);
    const about = subject();
    if (about && about.awaits) stopWaiting(about);
  }
}
