// Renewal: from time to time the service is asked whether the pass still holds (wire protocol,
// "Regeneration"). When to ask is the core's decision.
import { ANSWER, RENEW } from "../questions.js";
import { core, guard } from "./core.js";
import { KEY, listen, now, record, remember, usable } from "./doors.js";
import { emit } from "./events.js";
import { forget, has, store, vouchedFor } from "./session.js";
import { calls, config, state } from "./state.js";
import { decide, settle, settleAll, show, verdict } from "./walls.js";

let askedBefore;
let scheduled;
let waiting;

// First touches of storage and network are the dear part of a page view: never before the verdict.
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

// A verdict waits for the service, 3 seconds at most.
export function wait() {
  if (waiting) return;
  waiting = setTimeout(
    () =>
      guard(() => {
        waiting = 0;
        for (let i = 0; i < calls.length; i++) {
          if (!calls[i].waits) continue;
          state.givenUp = decide(calls[i]).value;
          settle(calls[i]);
        }
      }),
    3000,
  );
  listen(
    window,
    "storage",
    (event) =>
      event.key == KEY &&
      calls.some((call) => call.waits) &&
      guard(() => {
        settleAll();
        renew("");
      }),
  );
}

// The pass that the verdict is about: that of one that waits, else of the first call that has one.
function subject() {
  let found;
  for (let i = 0; i < calls.length; i++) {
    const decided = decide(calls[i]);
    if (decided.value && (!found || (decided.waits && !found.waits))) found = decided;
  }
  return found;
}

function renew(turn, queued) {
  if (turn) settleAll();
  const about = !state.sent && subject();
  // Another tab may have renewed the pass while this one waited for its turn; its record comes later than
  // its cookie.
  if (!about || (turn && about.value != queued)) return;
  const [step, asked, url] = core(
    RENEW,
    now(),
    about.value,
    about.waits ? 1 : "",
    config.renewAfter,
    turn,
    askedBefore ? 1 : "",
    ...usable(),
    config.endpoints.renew || "",
    config.base,
  );
  if (step == "turn") return takeTurn(about);
  if (step == "send") {
    remember(asked);
    // Storage that is full keeps nothing: then it counts as none, and whether to ask is another question.
    if (!state.forgetful && record() != asked) {
      state.forgetful = true;
      return renew(turn, queued);
    }
    askedBefore = true;
    return send(url, about.value);
  }
  if (step == "confirmed") state.confirmed = about.value;
  if (step == "giveup") state.givenUp = about.value;
  if (step) settleAll();
}

// One tab at a time asks; the lock is held until the answer is in.
function takeTurn({ value, waits }) {
  let taken;
  const take = (lock) => {
    taken = true;
    return lock && guard(() => renew(lock == "claimed" ? lock : "locked", value));
  };
  try {
    navigator.locks.request(KEY, { ifAvailable: !waits }, take).catch(() => taken || take("claimed"));
  } catch (error) {
    take("claimed"); // no Web Locks here: the record in storage is the claim
  }
}

function send(url, value) {
  state.sent = value;
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
      .catch(() => answer(0));
  } catch (error) {
    answer(0); // no fetch here
  }
}

function receive(status, body, retryAfter) {
  const value = state.sent;
  state.sent = "";
  // After log-out or log-in elsewhere the answer concerns nobody any more.
  if (!value || !has(value)) return;
  const field = (name) => {
    const content = body && body[name];
    return [content === null ? "null" : typeof content, typeof content == "string" ? content : ""];
  };
  const seconds = /^\d+$/.test(retryAfter) ? retryAfter : Math.ceil((Date.parse(retryAfter) - now()) / 1000);
  const [said, after] = core(
    ANSWER,
    now(),
    value,
    status,
    ...field("pass"),
    ...field("errorcode"),
    seconds,
    Math.floor(Math.random() * 1000),
    ...usable(),
  );
  if (said == "renewed") {
    if (store(body.pass)) return vouchedFor("renewed");
    // As good as no answer: the old pass stays, and the service has its rest.
    state.sent = value;
    receive(0);
  } else if (said == "refused") {
    forget();
    emit("refused", verdict(said));
    for (let i = 0; i < calls.length; i++) show(calls[i], verdict(said));
  } else {
    if (record() != null) remember(after);
    const about = subject();
    if (about && about.waits) {
      state.givenUp = value;
      settleAll();
    }
  }
}
