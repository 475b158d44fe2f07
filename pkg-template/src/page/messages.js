// Messages from frames and their effects (wire protocol, "Messages").
import { guard } from "./core.js";
import { here, resolve } from "./doors.js";
import { fail } from "./events.js";
import * as core from "./questions.js";
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
  const page = here();
  const at = location.href;
  const { kind, ids } = frame;
  const { effect, value } = core.message(
    { name: data.type, text, kind, ids, target: resolve(text, at), origin, page },
    typeof data.height == "number" ? data.height : NaN,
  );
  if (!effect) return;
  frame.spoke = true;
  clearTimeout(frame.timer);
  if (effect == "hello") source.postMessage({ iteras: 1, frame: data.frame, type: "welcome" }, origin);
  if (effect == "resize") {
    if (!frame.height)
      requestAnimationFrame(() => {
        element.style.height = `${frame.height}px`;
        element.style.border = 0;
        frame.height = 0;
      });
    frame.height = value;
  }
  if (effect == "navigate") location.assign(value);
  if (effect == "pass" && store(text)) {
    vouchedFor("login");
    const { next } = core.next({ page });
    const nextUrl = resolve(next, at);
    const { url } = core.afterLogIn({ page, next, nextUrl, frame: frame.next, frameUrl: resolve(frame.next, at) });
    if (url) location.replace(url);
  }
}
