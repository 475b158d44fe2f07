// The playground's answers as elements: each of these takes what the module said and gives what is put into the page.
// Texts stay texts.
(function () {
  "use strict";

  const make = (name, className, ...content) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...content);
    return element;
  };
  const code = (text) => make("code", "", text);
  const block = (label, text) => {
    const pre = make("pre", "", code(text));
    pre.tabIndex = 0;
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", label);
    return pre;
  };
  const facts = (pairs) =>
    make(
      "dl",
      "",
      ...pairs
        .filter(([, text]) => text)
        .map(([name, text]) => make("div", "", make("dt", "", name), make("dd", "", text))),
    );
  const list = (texts) => make("ul", "", ...texts.map((text) => make("li", "", text)));

  function table(title, heads, rows) {
    const cell = (name, content) => make(name, "", ...[].concat(content));
    const head = (text, scope) => {
      const th = cell("th", text);
      th.scope = scope;
      return th;
    };
    const body = rows.map(([first, ...rest]) =>
      make("tr", "", head(first, "row"), ...rest.map((content) => cell("td", content))),
    );
    const made = make(
      "table",
      "",
      make("caption", "", title),
      make("thead", "", make("tr", "", ...heads.map((text) => head(text, "col")))),
      make("tbody", "", ...body),
    );
    const wide = make("div", "wide", made);
    wide.tabIndex = 0;
    wide.setAttribute("role", "group");
    wide.setAttribute("aria-label", title);
    return wide;
  }

  const wrong = (text) => make("p", "wrong", text);

  function cookie({ notes, passes, walls, more, key }) {
    const many = passes.length > 1;
    const shown = notes.map((note) => make("p", "hint", note));
    if (key) shown.push(wrong(`The key can’t be one: ${key}.`));
    passes.forEach((pass, at) => {
      shown.push(make("h3", "", many ? `Pass ${at + 1} of ${passes.length}` : "The pass"));
      shown.push(...onePass(pass));
    });
    const rows = walls.map(({ paywall, levels }) => [
      paywall === null ? "any" : code(paywall),
      ...levels.map(({ page, server, counts }) => [
        make("code", "reason", page),
        ...(many && counts !== null ? [make("small", "", `pass ${counts + 1}`)] : []),
        ...(server ? [make("small", "", `server: ${server}`)] : []),
      ]),
    ]);
    shown.push(table("What Iteras.wall decides, by access", ["paywallid", "any level", "user", "sub"], rows));
    if (more) shown.push(make("p", "hint", `And ${more} more paywalls.`));
    if (many) {
      shown.push(
        make(
          "p",
          "hint",
          "Of several passes the first that opens the page counts, else the first of those that got furthest.",
        ),
      );
    }
    return shown;
  }

  function onePass({ error, algorithm, subscriber, ip, entitlements, expires, notes, signature }) {
    const shown = [];
    if (error) shown.push(wrong(`It is none: ${error}.`));
    shown.push(
      facts([
        ["Subscriber", error ? "" : subscriber || "not named"],
        ["Entitlements", error ? "" : entitlements.map(([level, id]) => `${level} of ${id}`).join(", ")],
        ["Runs out", error ? "" : `${local(expires.unix)}, ${expires.off} (${expires.utc})`],
        ["Given out at", ip],
        ["Signed by", algorithm],
        [
          "Signature",
          signature && (signature.holds ? "holds: made with this key" : `does not hold: ${signature.told}`),
        ],
      ]),
    );
    if (notes.length) shown.push(list(notes));
    return shown;
  }

  const local = (seconds) =>
    new Date(seconds * 1000).toLocaleString(document.documentElement.lang, {
      dateStyle: "medium",
      timeStyle: "medium",
    });

  // `called` is what iteras.js made of the options: `{ html }` or `{ refused }`.
  function frame({ tag, import: app, element }, called) {
    const shown = [];
    if (called.refused) shown.push(wrong(called.refused));
    shown.push(make("h3", "", "As a tag"), block("As a tag", tag));
    shown.push(make("h3", "", "In an app"), block("In an app", app));
    if (element) shown.push(make("h3", "", "As an element"), block("As an element", element));
    if (called.html) shown.push(make("h3", "", "What the call gives"), block("What the call gives", called.html));
    return shown;
  }

  function csp({ needs, mended }) {
    const rows = needs.map(({ what, allowed, nonce, optional, without, directive, add }) => [
      what,
      allowed
        ? nonce
          ? "allowed, with the nonce on the tag"
          : "allowed"
        : optional
          ? "stopped, goes another way"
          : "stopped",
      allowed ? "" : [code(directive), make("small", "", without), make("small", "", "add ", code(add))],
    ]);
    const word = needs.every(({ allowed }) => allowed)
      ? "It stops nothing of ours."
      : needs.some(({ allowed, optional }) => !allowed && !optional)
        ? "It stops something that is needed."
        : "It stops nothing that is needed.";
    const shown = [make("p", "word", word), table("What the policy says", ["what", "", "by"], rows)];
    if (mended) shown.push(make("h3", "", "The policy with what is missing"), block("The policy", mended.join("\n")));
    shown.push(
      make("p", "hint", "Styles need nothing: a frame’s height is set by a script, which no style-src stops."),
    );
    return shown;
  }

  function gate({ gives, warnings, explained, plan, unsent }) {
    const shown = [make("p", "word", plan ? word(plan) : "No browser sends this.")];
    if (plan) {
      shown.push(
        facts([
          ["Status", plan.status && !plan.teaser ? `${plan.status}` : ""],
          ["Sent to", plan.location && !plan.teaser ? plan.location : ""],
          ["Without teaser", plan.teaser ? [plan.status, plan.location].filter(Boolean).join(" ") : ""],
          ["Free pages", plan.metered && `${plan.metered}`],
          ["Sets", plan.cookies.join(", ")],
        ]),
      );
    } else shown.push(wrong(unsent));
    shown.push(make("h3", "", "Why"), block("Why", explained));
    if (warnings.length) shown.push(make("h3", "", "Warnings"), list(warnings));
    if (gives.length) shown.push(make("h3", "", "Given away"), list(gives));
    return shown;
  }

  function word({ kind, reason, level }) {
    if (kind == "open") return "Open: nothing is asked for.";
    if (kind == "pass") return "Open by the pass.";
    if (kind == "meter") return "Open as a free page.";
    const asked = level ? `; it asks for ${level}` : "";
    if (kind == "teaser")
      return `Denied (${reason}${asked}): the beginning of the page is shown, where one can be made.`;
    return `Denied (${reason}${asked}).`;
  }

  window.playgroundAnswers = { cookie, frame, csp, gate, wrong };
})();
