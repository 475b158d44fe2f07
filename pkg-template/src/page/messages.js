// Messages from frames and their effects (wire protocol, "Messages").
import { goTo, leave } from "./again.js";
import { guard } from "./core.js";
import { confirmed } from "./decisions.js";
import { here, now, readCookie, resolve } from "./doors.js";
import { fail, warnOnce } from "./events.js";
import * as core from "./questions.js";
import { store, vouchedFor } from "./session.js";
import { frames } from "./state.js";
import { opened } from "./verdicts.js";

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

// Themes cut frames by a `max-height` that they compute of width and height, and can't centre inline ones.
function fit(element, frame) {
  const { style } = element;
  style.height = style.minHeight = `${frame.height}px`;
  style.maxHeight = "none";
  style.display = "block";
  style.border = 0;
  frame.height = 0;
  if (frame.fitted) return;
  frame.fitted = true;
  const limit = getComputedStyle(element).maxHeight;
  if (limit != "none") warnOnce(`this page limits frames by max-height: ${limit}; min-height overrules it`);
}

export function hear({ data, origin, source }) {
  const frame = data && data.iteras === 1 && Object.getPrototypeOf(data) == Object.prototype && frames.get(data.frame);
  if (!frame || origin !== frame.origin || !source) return;
  const element = elementOf(frame, data.frame, source);
  if (!element || typeof data.type != "string") return;
  const { kind, ids } = frame;
  const content = data.type == "navigate" ? data.url : data.pass;
  const text = typeof content == "string" ? content : "";
  const page = here();
  const at = location.href;
  const height = typeof data.height == "number" ? data.height : NaN;
  const look = (name) => {
    const isHello = name == "hello";
    const { effect, value } = core.message(
      {
        name,
        text,
        kind,
        ids,
        target: resolve(text, at),
        origin,
        page,
        cookie: isHello ? readCookie() : "",
        confirmed,
      },
      isHello ? now() : height,
    );
    if (isHello) source.postMessage({ iteras: 1, frame: data.frame, type: "welcome", state: value }, origin);
    return [effect, value];
  };
  const [effect, value] = look(data.type);
  if (!effect) return;
  frame.spoke = true;
  clearTimeout(frame.timer);
  if (effect == "resize") {
    if (!frame.height) requestAnimationFrame(() => fit(element, frame));
    frame.height = value;
  }
  if (effect == "navigate") {
    leave(true);
    location.assign(value);
  }
  if (effect == "pass" && store(text)) {
    vouchedFor("login");
    const { url, lacking } = core.afterLogIn(
      {
        page,
        next: value,
        nextUrl: resolve(value, at),
        frame: frame.next,
        frameUrl: resolve(frame.next, at),
        pass: text,
      },
      now(),
    );
    if (url) goTo(url);
    else if (lacking) look("hello");
    else opened();
  }
}
