// Checks of a page's duty to those who look at it on a small screen, enlarged, in colours of their own, or without a mouse.
// Each function runs inside the page and gives sentences about what is wrong.

/** What sticks out of the window, or is cut off where nothing can be scrolled. */
export function stickingOut() {
  const outer = (element) => element.outerHTML.slice(0, 120);
  const wrong = [];
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room) {
    const wide = [...document.querySelectorAll("body *")].filter(
      (one) => one.checkVisibility() && one.getBoundingClientRect().right > room + 0.5,
    );
    // The innermost are to blame.
    const inner = wide.filter((one) => !wide.some((other) => other != one && one.contains(other)));
    wrong.push(`scrolls sideways, ${document.documentElement.scrollWidth} > ${room}: ${inner.map(outer).join(" ")}`);
  }
  // A field's own text can be scrolled in it.
  for (const one of document.querySelectorAll("body *:not(input, textarea, select, iframe, img)")) {
    const { overflowX, overflowY, position, clipPath } = getComputedStyle(one);
    if (!one.checkVisibility() || one.closest("svg") || (position == "absolute" && clipPath != "none")) continue;
    const cut =
      (/hidden|clip/.test(overflowX) && one.scrollWidth > one.clientWidth + 1) ||
      (/hidden|clip/.test(overflowY) && one.scrollHeight > one.clientHeight + 1);
    if (cut) wrong.push(`cut off: ${outer(one)}`);
  }
  return wrong;
}

/** In colours that the reader forces: what is to be pressed or typed in has an edge or a line under it. */
export function withoutEdges() {
  if (!matchMedia("(forced-colors: active)").matches) return ["the colours are not forced"];
  const edges = ["Top", "Right", "Bottom", "Left"];
  const hasEdge = (style) =>
    edges.every((edge) => style[`border${edge}Style`] != "none" && parseFloat(style[`border${edge}Width`]) > 0) ||
    (style.outlineStyle != "none" && parseFloat(style.outlineWidth) > 0);
  const wrong = [];
  for (const one of document.querySelectorAll("button, .button, input, select, textarea")) {
    const style = getComputedStyle(one);
    if (!one.checkVisibility({ visibilityProperty: true }) || one.type == "hidden") continue;
    const isNative = /^(radio|checkbox|file)$/.test(one.type) && style.appearance != "none";
    const isLink = style.textDecorationLine.includes("underline");
    if (!isNative && !isLink && !hasEdge(style)) wrong.push(`no edge: ${one.outerHTML.slice(0, 120)}`);
  }
  return wrong;
}

/** Whatever moves, or would, for a reader who asked for less of that. */
export function moving() {
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return ["nobody asked for less motion"];
  const wrong = document.getAnimations().map((one) => `an animation runs: ${one.effect?.target?.outerHTML}`);
  const takesTime = (times) => times.split(",").some((time) => parseFloat(time) > 0);
  for (const one of document.querySelectorAll("*")) {
    for (const part of [null, "::before", "::after"]) {
      const style = getComputedStyle(one, part);
      if (takesTime(style.transitionDuration) || (style.animationName != "none" && takesTime(style.animationDuration)))
        wrong.push(`would move: ${one.outerHTML.slice(0, 120)} ${part ?? ""}`);
      if (!part && style.scrollBehavior == "smooth") wrong.push(`scrolls smoothly: ${one.localName}`);
    }
  }
  return wrong;
}

/**
 * Notes from now on, as `window.stops`, where the Tab key comes to, and whether that is seen. Gives the number of places to
 * which it should come; `stopped` judges.
 */
export function noteStops() {
  const isShown = (one) => one.checkVisibility({ visibilityProperty: true });
  // Of a group of radio buttons the Tab key stops at the one that is chosen, else at the first.
  const isStop = (one, index, all) => {
    if (one.type != "radio") return true;
    const group = all.filter((other) => other.type == "radio" && other.name == one.name && other.form == one.form);
    return one == (group.find(({ checked }) => checked) ?? group[0]);
  };
  const expected = [...document.querySelectorAll("*")]
    .filter((one) => one.tabIndex >= 0 && one.localName != "iframe" && !one.disabled && isShown(one))
    .filter(isStop);
  const ring = ({ outlineStyle, outlineWidth, outlineColor, boxShadow }) => ({
    outline:
      // The browser's own ring is `auto`, whatever width it tells.
      (outlineStyle == "auto" || (outlineStyle != "none" && parseFloat(outlineWidth) >= 2)) &&
      !/, 0\)|transparent/.test(outlineColor)
        ? [outlineStyle, outlineWidth, outlineColor].join(" ")
        : "",
    boxShadow,
  });
  const before = new Map(expected.map((one) => [one, ring(getComputedStyle(one))]));
  window.stops = { expected, came: [], unseen: [] };
  document.addEventListener("focusin", ({ target }) => {
    const isFirstTime = !window.stops.came.includes(target);
    window.stops.came.push(target);
    const [then, now] = [before.get(target), ring(getComputedStyle(target))];
    const changed = then && ((now.outline && now.outline != then.outline) || now.boxShadow != then.boxShadow);
    if (!changed && isFirstTime) window.stops.unseen.push(target);
  });
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  window.stops.came = [];
  window.stops.unseen = [];
  return expected.length;
}

/** Whether the Tab key came everywhere, in the order of the document, and could be seen there. */
export function stopped() {
  const { expected, came, unseen } = window.stops;
  const outer = (element) => element.outerHTML.slice(0, 120);
  // Browsers also stop at what can only be scrolled. After the last stop the first comes again.
  const isScroller = (one) =>
    !expected.includes(one) && (one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight);
  const wrong = unseen.filter((one) => !isScroller(one)).map((one) => `focus not seen: ${outer(one)}`);
  const order = came.filter((one) => !isScroller(one)).slice(0, expected.length);
  const off = expected.findIndex((one, index) => order[index] != one);
  if (off >= 0) {
    const instead = order[off] ? outer(order[off]) : "nothing";
    wrong.push(`the Tab key came to ${instead} instead of ${outer(expected[off])}`);
  }
  return wrong;
}
