// Duties of a page or a frame to people who do not see it, or have no mouse. Runs inside the page; gives
// sentences about what is wrong.
export function checkPage(kind) {
  const wrong = [];
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const outer = (element) => element.outerHTML.slice(0, 120);
  const say = (sentence, elements) => elements.forEach((element) => wrong.push(`${sentence}: ${outer(element)}`));
  const byIds = (ids) =>
    ids
      .split(/\s+/)
      .map((id) => document.getElementById(id)?.textContent.trim())
      .join(" ")
      .trim();
  const text = (element) =>
    element.textContent.trim() ||
    all("[alt], [aria-label]", element)
      .map((one) => one.alt || one.ariaLabel || "")
      .join("")
      .trim();
  const name = (element) =>
    (element.getAttribute("aria-labelledby") ? byIds(element.getAttribute("aria-labelledby")) : "") ||
    element.ariaLabel ||
    (element.labels && [...element.labels].map(text).join(" ").trim()) ||
    text(element) ||
    "";

  if (!/^(en|da)/.test(document.documentElement.lang)) wrong.push("no language");
  if (!document.title) wrong.push("no title");
  if (!document.querySelector('meta[name="viewport"]')) wrong.push("no viewport");

  const headings = all("h1, h2, h3, h4, h5, h6").filter(shown);
  if (headings.filter((one) => one.tagName == "H1").length != 1) wrong.push("not one h1");
  say(
    "a heading without words",
    headings.filter((one) => !text(one)),
  );
  let level = 0;
  for (const heading of headings) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) wrong.push(`a level is left out before: ${outer(heading)}`);
    level = own;
  }

  const landmarks = kind == "frame" ? ["main", "footer"] : ["header", "main", "footer", "nav"];
  for (const landmark of landmarks) if (!all(landmark).some(shown)) wrong.push(`no ${landmark}`);
  if (all("main").length > 1) wrong.push("more than one main");

  const ids = all("[id]").map((one) => one.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other == id).length > 1) wrong.push(`twice the id ${id}`);
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
    say(
      `${attribute} leads nowhere`,
      all(`[${attribute}]`).filter((one) =>
        one
          .getAttribute(attribute)
          .split(/\s+/)
          .some((id) => !document.getElementById(id)),
      ),
    );
  }

  say("a picture without alt", all("img:not([alt])"));
  say(
    "a frame without title",
    all("iframe").filter((one) => !one.title),
  );
  const controls = all('a[href], button, summary, input:not([type="hidden"]), select, textarea').filter(shown);
  say(
    "a control without a name",
    controls.filter((one) => !one.closest("[aria-hidden=true]") && !name(one)),
  );
  say(
    "hidden, yet in the way of the Tab key",
    controls.filter((one) => one.closest("[aria-hidden=true]") && one.tabIndex >= 0),
  );
  say(
    "a field without autocomplete",
    all("input").filter((one) => /^(text|email|password)$/.test(one.type) && !one.autocomplete),
  );
  // 24 CSS px each way, unless it stands in a line of text (WCAG 2.2, 2.5.8).
  say(
    "too small to touch",
    controls.filter((one) => {
      const { width, height } = (one.closest("label") || one).getBoundingClientRect();
      return (
        Math.min(width, height) < 24 &&
        getComputedStyle(one).display != "inline" &&
        !one.closest(".skip, [aria-hidden=true]")
      );
    }),
  );

  // Words against what is painted behind them (WCAG 2.2, 1.4.3); pictures and gradients are left to eyes.
  const numbers = (color) => (color.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) =>
    [r, g, b]
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(one);
      if (backgroundImage != "none" || /color\(|color-mix/.test(backgroundColor)) return null;
      const [r, g, b, alpha = 1] = numbers(backgroundColor);
      if (alpha == 1) return [r, g, b];
      if (alpha > 0) return null;
    }
    return [255, 255, 255];
  };
  for (const element of all("body *").filter(shown)) {
    if (![...element.childNodes].some((node) => node.nodeType == 3 && node.data.trim()) || element.closest("svg"))
      continue;
    const ground = behind(element);
    const { color, fontSize } = getComputedStyle(element);
    if (!ground || /color\(/.test(color)) continue;
    const [more, less] = [light(ground), light(numbers(color))].sort((a, b) => b - a);
    const ratio = (more + 0.05) / (less + 0.05);
    if (ratio < (parseFloat(fontSize) >= 24 ? 3 : 4.5)) wrong.push(`contrast ${ratio.toFixed(2)}: ${outer(element)}`);
  }
  return wrong;
}
