// Messages from frames and their effects (wire protocol, "Messages").
import { goTo, leave } from "./again.js";
import { guard } from "./core.js";
import { confirmed } from "./decisions.js";
import { doc } from "./document.js";
import { here, now, readCookie, resolve } from "./doors.js";
import { fail, warnOnce } from "./events.js";
import * as core from "./questions.js";
import { store, vouchedFor } from "./session.js";
import { frames } from "./state.js";
import { opened } from "./verdicts.js";

// By window the element that spoke from there, by element its place: what is known of it. One string may stand in
// the page several times.
const known = new WeakMap();

export const placeOf = (element) => known.get(element) || known.set(element, {}).get(element);

export function expectWord(place) {
  clearTimeout(place.timer);
  if (place.spoke) place.spoke = false;
  else place.timer = setTimeout(() => guard(() => fail("frame_silent")), 15000);
}

// A frame that was inserted as a string is found when its first message comes, in open shadow trees, too.
function search(root, speaks) {
  for (const element of root.querySelectorAll("*")) {
    const { shadowRoot } = element;
    const found = speaks(element) ? element : shadowRoot && search(shadowRoot, speaks);
    if (found) return found;
  }
}

// Themes cut frames by a `max-height` that they compute of width and height, and can't centre inline ones.
function fit(element, place) {
  const { style } = element;
  style.height = style.minHeight = `${place.height}px`;
  style.maxHeight = "none";
  style.display = "block";
  style.border = 0;
  place.height = 0;
  if (place.fitted) return;
  place.fitted = true;
  const limit = getComputedStyle(element).maxHeight;
  // Of a frame that is gone by now there is nothing to say.
  if (limit && limit != "none") warnOnce(`this page limits frames by max-height: ${limit}; min-height overrules it`);
}

export function hear({ data, origin, source }) {
  const frame = data && data.iteras === 1 && Object.getPrototypeOf(data) == Object.prototype && frames.get(data.frame);
  if (!frame || origin !== frame.origin || !source) return;
  const speaks = (element) =>
    element && element.contentWindow == source && element.matches(`iframe[data-iteras-frame="${data.frame}"]`);
  const element = [frame.element, known.get(source)].find(speaks) || search(doc, speaks);
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
  known.set(source, element);
  const place = placeOf(element);
  place.spoke = true;
  clearTimeout(place.timer);
  if (effect == "resize") {
    if (!place.height) requestAnimationFrame(() => fit(element, place));
    place.height = value;
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
