// "What if ...?": lets an editor break the service from inside a story and watch what a reader
// would notice. For the demo only; a magazine has no such file.
//
// Stands first in the page, so that it hears the very first verdict of the wall. It writes to
// `sessionStorage` only once somebody has opened the panel, to keep the log over a reload. On a page
// with `data-only-if-used` the panel shows only if it has been opened before.
(function () {
  "use strict";

  // Danish readers get pages of their own from the server, with this same script.
  var isDanish = document.documentElement.lang === "da";
  function say(english, danish) {
    return isDanish ? danish : english;
  }

  var control = document.currentScript.dataset.control;
  var onlyIfUsed = "onlyIfUsed" in document.currentScript.dataset;
  var memory = "lumen-what-if";
  var log = [];
  var opened = false;
  var asked = false;
  var parts = {};

  var reasons = {
    nopass: say("you have no pass yet", "du har intet pas endnu"),
    malformed: say("the pass can’t be read", "passet kan ikke læses"),
    expired: say("the pass has run out", "passet er udløbet"),
    wrongpaywall: say("the pass is for something else", "passet er til noget andet"),
    accesslevel: say("your account does not include this", "din konto omfatter ikke dette"),
    refused: say("the service no longer vouches for you", "tjenesten står ikke længere inde for dig"),
  };

  var faults = [
    ["down", say("Goes down", "Går ned"), say("The service is down.", "Tjenesten er nede.")],
    [
      "slow",
      say("Gets very slow", "Bliver meget langsom"),
      say("The service answers very slowly.", "Tjenesten svarer meget langsomt."),
    ],
    [
      "500",
      say("Breaks (error 500)", "Går i stykker (fejl 500)"),
      say("The service answers with an error.", "Tjenesten svarer med en fejl."),
    ],
    [
      "429",
      say("Is too busy (429)", "Har for travlt (429)"),
      say("The service says that it is too busy.", "Tjenesten siger, at den har for travlt."),
    ],
    [
      "html",
      say("Hides behind hotel wifi", "Gemmer sig bag hotellets wifi"),
      say(
        "The network answers with a log-in page of its own instead of the service.",
        "Nettet svarer med en log ind-side af sin egen i stedet for tjenesten.",
      ),
    ],
    [
      "refuse",
      say("Refuses this reader", "Afviser denne læser"),
      say("The service refuses to renew this reader’s pass.", "Tjenesten afviser at forny denne læsers pas."),
    ],
    ["ok", say("Works again", "Virker igen"), say("The service works.", "Tjenesten virker.")],
  ];

  // --- The log ---

  function note(text, when) {
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
    return date
      ? date.toLocaleDateString(isDanish ? "da-DK" : "en-GB", { day: "numeric", month: "long" })
      : say("an unknown day", "en ukendt dag");
  }

  function kind(level) {
    return level === "sub"
      ? say("subscriber", "abonnent")
      : level === "user"
        ? say("registered reader", "registreret læser")
        : say("reader", "læser");
  }

  var sentences = {
    authorized: function (v) {
      return (
        say("The wall let you in: ", "Muren lod dig komme ind: ") +
        kind(v.level) +
        say(", pass good until ", ", passet gælder til ") +
        day(v.expires) +
        "."
      );
    },
    unauthorized: function (v) {
      return say("The wall said no: ", "Muren sagde nej: ") + (reasons[v.reason] || v.reason) + ".";
    },
    login: function (v) {
      return (
        say(
          "You logged in. Your pass is now a cookie of this magazine, good until ",
          "Du loggede ind. Dit pas er nu en cookie fra dette magasin og gælder til ",
        ) +
        day(v.expires) +
        "."
      );
    },
    renewed: function (v) {
      return (
        say("The service renewed your pass: ", "Tjenesten fornyede dit pas: ") +
        kind(v.level) +
        say(", good until ", ", gælder til ") +
        day(v.expires) +
        "."
      );
    },
    refused: function () {
      return say(
        "The service said no for good. Your pass was deleted.",
        "Tjenesten sagde endeligt nej. Dit pas blev slettet.",
      );
    },
    logout: function () {
      return say(
        "You logged out. Your pass is gone from this browser.",
        "Du loggede ud. Dit pas er væk fra denne browser.",
      );
    },
    error: function (e) {
      return say("The script reports a problem: ", "Scriptet melder om et problem: ") + (e.message || e.code) + ".";
    },
  };

  var walled = false;
  var answered = false;
  Object.keys(sentences).forEach(function (name) {
    document.addEventListener("iteras:" + name, function (event) {
      if (name === "authorized" || name === "unauthorized") walled = true;
      if (name === "renewed" || name === "refused") answered = true;
      try {
        note(sentences[name](event.detail || {}));
      } catch (error) {
        note("iteras:" + name);
      }
    });
  });

  // An outage has no event, on purpose: readers must not notice it. Here we want to see it.
  function watchTheAsking() {
    if (!asked) return;
    asked = false;
    remember();
    if (!sdk() || !sdk().pass()) {
      if (!answered)
        note(
          say(
            "Nobody is logged in, so there was nothing to ask.",
            "Ingen er logget ind, så der var intet at spørge om.",
          ),
        );
      return;
    }
    setTimeout(function () {
      if (!walled)
        note(say("This page has no wall, so nothing was asked.", "Denne side har ingen mur, så der blev ikke spurgt."));
      else if (!answered)
        note(
          say(
            "The service gives no usable answer so far. Your pass stays as it was; a reader notices nothing.",
            "Tjenesten giver endnu intet brugbart svar. Dit pas er, som det var; en læser mærker intet.",
          ),
        );
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

  var unreachable = say(
    "The stand-in’s control port can’t be reached, so these buttons change nothing.",
    "Stand-in’ens kontrolport kan ikke nås, så disse knapper ændrer intet.",
  );

  function tell(path, body, done) {
    post(path, body).then(
      function () {
        note(done);
        status(
          done +
            say(
              " Nobody notices until the wall next asks the service: press “Ask the service now”.",
              " Ingen mærker noget, før muren næste gang spørger tjenesten: tryk på »Spørg tjenesten nu«.",
            ),
        );
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
      status(
        say(
          "This browser does not let the page reach its storage.",
          "Denne browser lader ikke siden få fat i sit lager.",
        ),
      );
      return false;
    }
    return true;
  }

  function askNow() {
    if (!forgetLastCheck()) return;
    asked = true;
    note(
      say(
        "The wall has forgotten when it last asked, as if a day had gone by; the page loads again.",
        "Muren har glemt, hvornår den sidst spurgte, som om der var gået et døgn; siden indlæses igen.",
      ),
    );
    location.reload();
  }

  function showPass() {
    var pass = sdk() && sdk().pass();
    parts.pass.hidden = false;
    parts.pass.textContent = pass
      ? JSON.stringify(pass, null, 2)
      : sdk()
        ? say("No pass: nobody is logged in.", "Intet pas: ingen er logget ind.")
        : say("The script is not loaded.", "Scriptet er ikke indlæst.");
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
      text: say("What if…?", "Hvad nu hvis…?"),
      "aria-expanded": "false",
      "aria-controls": "what-if",
      click: function () {
        show(parts.panel.hidden, true);
      },
    });
    parts.status = make("p", { class: "whatif-status", id: "what-if-status", role: "status", hidden: "" });
    parts.pass = make("pre", { hidden: "", tabindex: "0", "aria-label": say("Your pass", "Dit pas") });
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
          make("h2", { id: "what-if-title", text: say("What if…?", "Hvad nu hvis…?") }),
          make("button", {
            class: "whatif-close",
            type: "button",
            "aria-label": say("Close", "Luk"),
            text: "×",
            click: function () {
              show(false, true);
            },
          }),
        ]),
        make("p", {
          text: say(
            "Break the service, then see whether a reader would notice. Log in first.",
            "Ødelæg tjenesten, og se så, om en læser ville mærke det. Log ind først.",
          ),
        }),
        group(
          say("The service…", "Tjenesten…"),
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
        group(say("The subscription…", "Abonnementet…"), [
          make("button", {
            type: "button",
            text: say("Becomes a free account", "Bliver en gratis konto"),
            "data-level": "user",
            click: function () {
              tell(
                "/account",
                { id: readerId(), level: "user" },
                say("The subscription is now a free account.", "Abonnementet er nu en gratis konto."),
              );
            },
          }),
          make("button", {
            type: "button",
            text: say("Is a subscription again", "Er et abonnement igen"),
            "data-level": "sub",
            click: function () {
              tell(
                "/account",
                { id: readerId(), level: "sub" },
                say("The account is a subscription again.", "Kontoen er et abonnement igen."),
              );
            },
          }),
        ]),
        group(say("Then", "Så"), [
          make("button", {
            type: "button",
            class: "main",
            id: "what-if-ask",
            text: say("Ask the service now", "Spørg tjenesten nu"),
            click: askNow,
          }),
          make("button", {
            type: "button",
            id: "what-if-pass",
            text: say("Show my pass", "Vis mit pas"),
            click: showPass,
          }),
          make("button", {
            type: "button",
            id: "what-if-reset",
            text: say("Put everything back", "Stil alt tilbage"),
            click: function () {
              post("/reset").then(
                function () {
                  note(say("Everything at the service is back to normal.", "Alt hos tjenesten er som før."));
                  status(say("Everything at the service is back to normal.", "Alt hos tjenesten er som før."));
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
        make("h3", { text: say("What happened", "Hvad der skete") }),
        make("div", { role: "log", "aria-label": say("What happened", "Hvad der skete") }, [parts.log]),
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
            make("time", { datetime: time.toISOString(), text: time.toLocaleTimeString(isDanish ? "da-DK" : "en-GB") }),
            make("span", { text: entry.text }),
          ]);
        }),
    );
    if (!log.length)
      parts.log.append(
        make("li", {}, [make("span", { text: "–" }), make("span", { text: say("Nothing yet.", "Intet endnu.") })]),
      );
  }

  recall();
  document.addEventListener("DOMContentLoaded", function () {
    if (onlyIfUsed && !opened) return;
    build();
    watchTheAsking();
  });
})();
