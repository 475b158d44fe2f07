// What frames say, and what comes of it (wire protocol, "Messages").
import { MESSAGE, NEXT, PARAMETER } from "../questions.js";
import { FIELD, core, guard, lines } from "./core.js";
import { here, resolve } from "./doors.js";
import { fail } from "./events.js";
import { store, vouchedFor } from "./session.js";
import { frames } from "./state.js";

export function expectWord(frame) {
  clearTimeout(frame.timer);
  if (!frame.spoke) frame.timer = setTimeout(() => guard(() => fail("frame_silent")), 15000);
  frame.spoke = false;
}

// A frame that was inserted as a string is found when its first message comes.
function elementOf(frame, id, source) {
  if (!frame.element || frame.element.contentWindow != source) {
    const found = document.querySelectorAll(`iframe[data-iteras-frame="${id}"]`);
    for (let i = 0; i < found.length; i++) if (found[i].contentWindow == source) frame.element = found[i];
  }
  return frame.element && frame.element.contentWindow == source && frame.element;
}

export function hear({ data, origin, source }) {
  const frame = data && data.iteras === 1 && Object.getPrototypeOf(data) == Object.prototype && frames.get(data.frame);
  if (!frame || origin !== frame.origin || !source) return;
  const element = elementOf(frame, data.frame, source);
  if (!element || typeof data.type != "string") return;
  const content = data.type == "navigate" ? data.url : data.pass;
  const text = typeof content == "string" ? content : "";
  const [what, value] = core(
    MESSAGE,
    typeof data.height == "number" ? data.height : NaN,
    data.type,
    text,
    frame.kind,
    lines(frame.ids),
    resolve(text, location.href),
    origin,
    here(),
  );
  if (!what) return;
  frame.spoke = true;
  clearTimeout(frame.timer);
  if (what == "hello") source.postMessage({ iteras: 1, frame: data.frame, type: "welcome" }, origin);
  if (what == "resize") {
    if (!frame.height)
      requestAnimationFrame(() => {
        element.style.height = `${frame.height}px`;
        element.style.border = 0;
        frame.height = 0;
      });
    frame.height = value;
  }
  if (what == "navigate") location.assign(value);
  if (what == "pass" && store(text)) {
    vouchedFor("login");
    const next = core(PARAMETER, 0, here(), "iterasnext").join(FIELD);
    const at = location.href;
    const [url] = core(NEXT, 0, here(), next, resolve(next, at), frame.next, resolve(frame.next, at));
    if (url) location.replace(url);
  }
}
