// The playground: reads the forms, asks the module, shows its answers. It decides nothing, sends nothing and stores
// nothing; links carry what the module lets them.
(function () {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const tools = [...document.querySelectorAll(".tool")];
  const status = byId("status");
  const { wasm_bindgen: core, playgroundAnswers: answers } = {
    wasm_bindgen,
    playgroundAnswers: window.playgroundAnswers,
  };
  const ask = (name, request) => core[name](JSON.stringify(request));

  function say(text, isWrong = false) {
    status.textContent = text;
    status.classList.toggle("wrong", isWrong);
  }

  // --- Forms ---

  const form = (tool) => tool.querySelector("form");
  const isTicked = (field) => field.type == "checkbox";
  const fields = (tool) => [...form(tool).elements].filter((field) => field.name && !field.closest("[data-apart]"));

  // The time that was typed in, in milliseconds since 1970; the page alone knows in which zone.
  const typedTime = (text) => (text ? new Date(text).getTime() : NaN);

  function values(tool, chosen = fields(tool)) {
    return Object.fromEntries(chosen.map((field) => [field.name, isTicked(field) ? field.checked : field.value]));
  }

  // The requests, as the module takes them.
  const asked = {
    cookie: ({ at, ...rest }) => ({ ...rest, now: typedTime(at) || Date.now() }),
    frame: (all) => all,
    csp: (all) => all,
    gate: (all) => ({ ...all, now: Date.now() }),
  };

  // The options are judged by the script that pages have.
  function called(name, options) {
    try {
      return { html: window.Iteras[name](options) };
    } catch (error) {
      return { refused: error.message };
    }
  }

  function show(tool) {
    const given = values(tool);
    let shown;
    try {
      const answer = JSON.parse(ask(tool.id, asked[tool.id](given)));
      if (tool.id == "frame") {
        for (const part of tool.querySelectorAll("[data-field]"))
          part.hidden = !answer.takes.includes(part.dataset.field);
        shown = answers.frame(answer, called(given.call, answer.options));
      } else shown = answers[tool.id](answer);
    } catch (error) {
      shown = [answers.wrong(error.message || `${error}`)];
    }
    tool.querySelector(".answer").replaceChildren(...shown);
  }

  function addRule(tool, place) {
    const rule = (name) => tool.querySelector(`[name=rule-${name}]`);
    const asks = rule("asks").value;
    const settings = tool.querySelector("[name=settings]");
    try {
      settings.value = ask("addRule", {
        settings: settings.value,
        site: rule("site").value,
        last: place == "last",
        path: rule("path").value,
        parameter: rule("parameter").value,
        open: asks == "open",
        access: asks == "open" ? "" : asks,
        paywalls: rule("paywalls").value,
        meter: rule("meter").checked,
      });
      say("The rule is in the settings.");
    } catch (error) {
      say(error.message || `${error}`, true);
    }
    show(tool);
  }

  // --- Links ---

  // Only what is no secret is offered, and the module refuses the rest once more.
  function link(tool) {
    const linked = values(
      tool,
      fields(tool).filter((field) => !("secret" in field.dataset) && field.name != "sha1"),
    );
    if ("at" in linked) linked.at = linked.at && `${typedTime(linked.at)}`;
    for (const name in linked) linked[name] = `${linked[name]}`;
    return core.link(JSON.stringify({ tool: tool.id, fields: linked }));
  }

  async function copyLink(tool) {
    let fragment;
    try {
      fragment = link(tool);
    } catch (error) {
      return say(`There is no link: ${error.message || error}.`, true);
    }
    history.replaceState(null, "", fragment);
    const address = location.href.split(/[?#]/)[0] + fragment;
    try {
      await navigator.clipboard.writeText(address);
      byId("by-hand").hidden = true;
      say("The link is copied.");
    } catch {
      // Not a secure context, or the reader said no: left to the keyboard.
      byId("by-hand").hidden = false;
      byId("copy-text").value = address;
      byId("copy-text").select();
      say("The browser does not let this page copy: the link is selected at the end of the page.");
    }
  }

  function fill(tool, linked) {
    form(tool).reset();
    for (const field of fields(tool)) {
      const value = linked[field.name];
      if (value === undefined) continue;
      if (isTicked(field)) field.checked = value == "true";
      else if (field.name == "at") field.value = localTime(Number(value));
      else field.value = value;
    }
  }

  // As a field for local times has it.
  function localTime(time) {
    const date = new Date(time);
    const shifted = new Date(time - date.getTimezoneOffset() * 60_000);
    return Number.isNaN(shifted.getTime()) ? "" : shifted.toISOString().slice(0, 19);
  }

  // Shows the tool that the address names, with what a link carries; another part of the page is left to the browser.
  function open(isFirst) {
    const target = byId(location.hash.slice(1));
    const isElsewhere = target && !tools.includes(target);
    if (isElsewhere && !isFirst) return;
    const { tool: id, fields: linked, wrong } = JSON.parse(core.open(isElsewhere ? "" : location.hash));
    const tool = byId(id);
    for (const one of tools) one.hidden = one != tool;
    for (const entry of document.querySelectorAll(".tools a")) {
      if (entry.hash == `#${id}`) entry.setAttribute("aria-current", "page");
      else entry.removeAttribute("aria-current");
    }
    say(wrong ? `${wrong} Shown is what stands here at first.` : "", Boolean(wrong));
    if (wrong || Object.keys(linked).length) fill(tool, linked);
    show(tool);
    if (!isFirst) tool.querySelector("h2").focus();
  }

  // --- The start ---

  function listen(tool) {
    form(tool).addEventListener("submit", (event) => event.preventDefault());
    form(tool).addEventListener("input", ({ target }) => {
      if (!target.closest("[data-apart]")) show(tool);
    });
    tool.querySelector("[data-reset]").addEventListener("click", () => {
      form(tool).reset();
      say("");
      show(tool);
    });
    tool.querySelector("[data-copy-link]").addEventListener("click", () => copyLink(tool));
    for (const button of tool.querySelectorAll("[data-add-rule]")) {
      button.addEventListener("click", () => addRule(tool, button.dataset.addRule));
    }
  }

  core({ module_or_path: playgroundModule() }).then(
    () => {
      tools.forEach(listen);
      open(true);
      window.addEventListener("hashchange", () => open(false));
      document.documentElement.dataset.ready = "";
    },
    (error) => say(`The playground did not load: ${error.message || error}`, true),
  );
})();
