// "What if ...?": lets an editor break the service from inside a story and watch what a reader
// would notice. For the demo only; a magazine has no such file.
//
// Stands first in the page, so that it hears the very first verdict of the wall. It writes to
// `sessionStorage` only once somebody has opened the panel, to keep the log over a reload. On a page
// with `data-only-if-used` the panel shows only if it has been opened before.
(function () {
  "use strict";

  var control = document.currentScript.dataset.control;
  var onlyIfUsed = "onlyIfUsed" in document.currentScript.dataset;
  var memory = "lumen-what-if";
  var log = [];
  var opened = false;
  var asked = false;
  var parts = {};

  var reasons = {
    nopass: "you have no pass yet",
    malformed: "the pass can’t be read",
    expired: "the pass has run out",
    wrongpaywall: "the pass is for something else",
    accesslevel: "your account does not include this",
    refused: "the service no longer vouches for you",
  };

  var faults = [
    ["down", "Goes down", "The service is down."],
    ["slow", "Gets very slow", "The service answers very slowly."],
    ["500", "Breaks (error 500)", "The service answers with an error."],
    ["429", "Is too busy (429)", "The service says that it is too busy."],
    ["html", "Hides behind hotel wifi", "The network answers with a log-in page of its own instead of the service."],
    ["refuse", "Refuses this reader", "The service refuses to renew this reader’s pass."],
    ["ok", "Works again", "The service works."],
  ];

  // --- The log ---

  function say(text, when) {
    log.push({ when: when || Date.now(), text: text });
    log = log.slice(-12);
    if (opened) remember();
    draw();
  }

  function remember() {
    try {
      sessionStorage.setItem(
        memory,
        JSON.stringify({
          open: Boolean(parts.panel && !parts.panel.hidden),
          asked: asked,
          log: log,
        }),
      );
    } catch (error) {
      // No storage, no log over a reload.
    }
  }

  function recall() {
    try {
      var kept = JSON.parse(sessionStorage.getItem(memory));
      if (!kept) return;
      opened = true;
      asked = kept.asked;
      parts.startOpen = kept.open;
      log = kept.log.concat(log);
    } catch (error) {
      // As above.
    }
  }

  function day(date) {
    return date ? date.toLocaleDateString("en-GB", { day: "numeric", month: "long" }) : "an unknown day";
  }

  function kind(level) {
    return level === "sub" ? "subscriber" : level === "user" ? "registered reader" : "reader";
  }

  var sentences = {
    authorized: function (v) {
      return "The wall let you in: " + kind(v.level) + ", pass good until " + day(v.expires) + ".";
    },
    unauthorized: function (v) {
      return "The wall said no: " + (reasons[v.reason] || v.reason) + ".";
    },
    login: function (v) {
      return "You logged in. Your pass is now a cookie of this magazine, good until " + day(v.expires) + ".";
    },
    renewed: function (v) {
      return "The service renewed your pass: " + kind(v.level) + ", good until " + day(v.expires) + ".";
    },
    refused: function () {
      return "The service said no for good. Your pass was deleted.";
    },
    logout: function () {
      return "You logged out. Your pass is gone from this browser.";
    },
    error: function (e) {
      return "The script reports a problem: " + (e.message || e.code) + ".";
    },
  };

  var walled = false;
  var answered = false;
  Object.keys(sentences).forEach(function (name) {
    document.addEventListener("iteras:" + name, function (event) {
      if (name === "authorized" || name === "unauthorized") walled = true;
      if (name === "renewed" || name === "refused") answered = true;
      try {
        say(sentences[name](event.detail || {}));
      } catch (error) {
        say("iteras:" + name);
      }
    });
  });

  // An outage has no event, on purpose: readers must not notice it. Here we want to see it.
  function watchTheAsking() {
    if (!asked) return;
    asked = false;
    remember();
    if (!sdk() || !sdk().pass()) {
      if (!answered) say("Nobody is logged in, so there was nothing to ask.");
      return;
    }
    setTimeout(function () {
      if (!walled) say("This page has no wall, so nothing was asked.");
      else if (!answered)
        say("The service gives no usable answer so far. Your pass stays as it was; a reader notices nothing.");
    }, 1500);
  }

  // --- Talking to the stand-in ---

  function post(path, body) {
    return fetch(control + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body || {}),
    }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
    });
  }

  function status(text) {
    parts.status.hidden = !text;
    parts.status.textContent = text;
  }

  var unreachable = "The stand-in’s control port can’t be reached, so these buttons change nothing.";

  function tell(path, body, done) {
    post(path, body).then(
      function () {
        say(done);
        status(done + " Nobody notices until the wall next asks the service: press “Ask the service now”.");
        showFault();
      },
      function () {
        status(unreachable);
      },
    );
  }

  // The fault that is on, as the stand-in knows it; another tab may have changed it.
  function showFault() {
    fetch(control + "/state")
      .then(function (answer) {
        return answer.json();
      })
      .then(function (state) {
        parts.panel.querySelectorAll("[data-fault]").forEach(function (button) {
          button.setAttribute("aria-pressed", String(button.dataset.fault === state.fault.renewal));
        });
      })
      .catch(function () {
        status(unreachable);
      });
  }

  function sdk() {
    return window.Iteras && typeof window.Iteras.pass === "function" ? window.Iteras : null;
  }

  function readerId() {
    var pass = sdk() && sdk().pass();
    return pass ? pass.subscriber : "31168";
  }

  // The time of the last check is all that the script remembers; without it, it asks.
  function forgetLastCheck() {
    try {
      Object.keys(localStorage).forEach(function (key) {
        // The second is the double's, on the pages beside the official script.
        if (key.indexOf("iteras") === 0 || key === "double-checked") localStorage.removeItem(key);
      });
    } catch (error) {
      status("This browser does not let the page reach its storage.");
      return false;
    }
    return true;
  }

  function askNow() {
    if (!forgetLastCheck()) return;
    asked = true;
    say("The wall has forgotten when it last asked, as if a day had gone by; the page loads again.");
    location.reload();
  }

  function showPass() {
    var pass = sdk() && sdk().pass();
    parts.pass.hidden = false;
    parts.pass.textContent = pass
      ? JSON.stringify(pass, null, 2)
      : sdk()
        ? "No pass: nobody is logged in."
        : "The script is not loaded.";
  }

  // --- The panel ---

  function make(tag, attributes, children) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (name === "text") element.textContent = attributes.text;
      else if (name === "click") element.addEventListener("click", attributes.click);
      else element.setAttribute(name, attributes[name]);
    });
    (children || []).forEach(function (child) {
      element.append(child);
    });
    return element;
  }

  function group(title, buttons) {
    return make("div", {}, [make("h3", { text: title }), make("div", { class: "whatif-buttons" }, buttons)]);
  }

  function build() {
    parts.toggle = make("button", {
      class: "whatif-toggle",
      type: "button",
      id: "what-if-toggle",
      text: "What if…?",
      "aria-expanded": "false",
      "aria-controls": "what-if",
      click: function () {
        show(parts.panel.hidden, true);
      },
    });
    parts.status = make("p", { class: "whatif-status", id: "what-if-status", role: "status", hidden: "" });
    parts.pass = make("pre", { hidden: "", tabindex: "0", "aria-label": "Your pass" });
    parts.log = make("ol", { class: "whatif-log", id: "what-if-log" });
    parts.panel = make(
      "section",
      {
        class: "whatif",
        id: "what-if",
        "aria-labelledby": "what-if-title",
        tabindex: "-1",
        hidden: "",
      },
      [
        make("div", { class: "whatif-head" }, [
          make("h2", { id: "what-if-title", text: "What if…?" }),
          make("button", {
            class: "whatif-close",
            type: "button",
            "aria-label": "Close",
            text: "×",
            click: function () {
              show(false, true);
            },
          }),
        ]),
        make("p", { text: "Break the service, then see whether a reader would notice. Log in first." }),
        group(
          "The service…",
          faults.map(function (fault) {
            return make("button", {
              type: "button",
              text: fault[1],
              "aria-pressed": "false",
              "data-fault": fault[0],
              click: function () {
                tell("/fault", { renewal: fault[0] }, fault[2]);
              },
            });
          }),
        ),
        group("The subscription…", [
          make("button", {
            type: "button",
            text: "Becomes a free account",
            "data-level": "user",
            click: function () {
              tell("/account", { id: readerId(), level: "user" }, "The subscription is now a free account.");
            },
          }),
          make("button", {
            type: "button",
            text: "Is a subscription again",
            "data-level": "sub",
            click: function () {
              tell("/account", { id: readerId(), level: "sub" }, "The account is a subscription again.");
            },
          }),
        ]),
        group("Then", [
          make("button", {
            type: "button",
            class: "main",
            id: "what-if-ask",
            text: "Ask the service now",
            click: askNow,
          }),
          make("button", { type: "button", id: "what-if-pass", text: "Show my pass", click: showPass }),
          make("button", {
            type: "button",
            id: "what-if-reset",
            text: "Put everything back",
            click: function () {
              post("/reset").then(
                function () {
                  say("Everything at the service is back to normal.");
                  status("Everything at the service is back to normal.");
                  showFault();
                },
                function () {
                  status(unreachable);
                },
              );
            },
          }),
        ]),
        parts.status,
        parts.pass,
        make("h3", { text: "What happened" }),
        make("div", { role: "log", "aria-label": "What happened" }, [parts.log]),
      ],
    );
    parts.panel.addEventListener("keydown", function (event) {
      if (event.key === "Escape") show(false, true);
    });
    document.body.classList.add("has-whatif");
    document.body.append(parts.toggle, parts.panel);
    draw();
    if (parts.startOpen && !onlyIfUsed) show(true, false);
  }

  function show(open, byReader) {
    parts.panel.hidden = !open;
    parts.toggle.setAttribute("aria-expanded", String(open));
    if (open) showFault();
    if (!byReader) return;
    opened = true;
    remember();
    (open ? parts.panel : parts.toggle).focus({ preventScroll: true });
  }

  function draw() {
    if (!parts.log) return;
    parts.log.replaceChildren.apply(
      parts.log,
      log
        .slice()
        .reverse()
        .map(function (entry) {
          var time = new Date(entry.when);
          return make("li", {}, [
            make("time", { datetime: time.toISOString(), text: time.toLocaleTimeString("en-GB") }),
            make("span", { text: entry.text }),
          ]);
        }),
    );
    if (!log.length)
      parts.log.append(make("li", {}, [make("span", { text: "–" }), make("span", { text: "Nothing yet." })]));
  }

  recall();
  document.addEventListener("DOMContentLoaded", function () {
    if (onlyIfUsed && !opened) return;
    build();
    watchTheAsking();
  });
})();
