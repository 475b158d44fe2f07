// The frame's side of the messages between a frame and the page that embeds it.
// Stand-in for development: not the real service.
(function () {
  "use strict";

  var data = document.body.dataset;
  var sites = data.sites ? data.sites.split(" ") : [];
  var known = parentOrigin();
  var lastHeight = 0;
  // Before the page has answered it may have another part of this page shown: one height less to jump to.
  var answered = false;
  // With a pass to send, the first welcome is older than the pass: its state is about the one before.
  var outdated = "pass" in data;
  var formAsked = false;

  // For the developer of a page that may not embed this frame, and in which it says so.
  if (data.console) console.error(data.console);
  if (!data.frame || window.parent === window || !sites.length) return;

  // The embedding page's origin: from the browser, else from the first referrer (the server puts it into
  // data-site and the forms carry it on). Unregistered pages are never told anything.
  function parentOrigin() {
    var ancestors = window.location.ancestorOrigins;
    var origin = ancestors && ancestors.length ? ancestors[0] : data.site;
    return sites.indexOf(origin) < 0 ? "" : origin;
  }

  // Always to an exact origin. Where none is known yet, each registered site is tried: the browser
  // delivers to the one that is really there.
  function send(message) {
    message.iteras = 1;
    message.frame = data.frame;
    (known ? [known] : sites).forEach(function (origin) {
      window.parent.postMessage(message, origin);
    });
  }

  function settle(origin) {
    known = origin;
    document.querySelectorAll("input[name=site]").forEach(function (input) {
      input.value = origin;
    });
  }

  // The root element has no height of its own, so it shrinks with its content; scrollHeight would not.
  function report() {
    var height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (answered && height > 0 && height !== lastHeight) {
      lastHeight = height;
      send({ type: "resize", height: height });
    }
  }

  // The page may leave as soon as it has the pass, so it gets it once.
  function sendPass() {
    if (!data.pass) return;
    send({ type: "pass", pass: data.pass });
    delete data.pass;
    document.querySelectorAll("[data-send-pass]").forEach(function (button) {
      button.hidden = true;
    });
  }

  // The part of a log-in page that goes with the reader's state as the page knows it. Older pages send none.
  function show(state) {
    var wanted;
    if (formAsked) return;
    document.querySelectorAll("[data-when]").forEach(function (part) {
      if (part.dataset.when === state) wanted = part;
    });
    if (!wanted) return;
    document.querySelectorAll("[data-when]").forEach(function (part) {
      part.hidden = part !== wanted;
    });
    document.querySelectorAll("[data-show-form]").forEach(function (button) {
      button.hidden = false;
    });
  }

  // Logging in again cures a pass that the publisher's server refuses, so the form stays within reach.
  function showForm(button) {
    var form = document.querySelector('[data-when="out"]');
    if (!form) return;
    formAsked = true;
    form.hidden = false;
    button.hidden = true;
    form.querySelector("input:not([type=hidden])").focus();
  }

  // A page that tells the reader's state stays when its target is closed to the pass, if its own parameters
  // say what the target needs: then there is no reason to wait.
  function hearState(state) {
    if (typeof state !== "string") return;
    if (!outdated) show(state);
    outdated = false;
    if (data.passWhen === "continue" && "targetChecked" in data) sendPass();
  }

  window.addEventListener("message", function (event) {
    var message = event.data;
    if (event.source !== window.parent || sites.indexOf(event.origin) < 0) return;
    if (!message || message.iteras !== 1 || message.frame !== data.frame) return;
    if (message.type !== "welcome") return;
    settle(event.origin);
    answered = true;
    hearState(message.state);
    lastHeight = 0;
    report();
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if ("sendPass" in button.dataset) sendPass();
    if ("showForm" in button.dataset) showForm(button);
    if (button.dataset.navigate) send({ type: "navigate", url: button.dataset.navigate });
  });

  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    formAsked = false;
    send({ type: "hello" });
    lastHeight = 0;
    report();
  });

  if (known) settle(known);
  send({ type: "hello" });
  report();
  new ResizeObserver(report).observe(document.documentElement);
  if (data.passWhen === "now") sendPass();
  if (data.passWhen === "soon") setTimeout(sendPass, 5000);

  // What a post answered is read out first, and stands where the reader can see it: the form that was
  // posted may have been much longer.
  var problem = document.querySelector(".alert, [aria-invalid]");
  if (problem) problem.focus({ preventScroll: true });
  if ("posted" in data) (problem || document.querySelector(".notice, h1")).scrollIntoView({ block: "nearest" });
})();
