// The common script of every page of Lumen: the state of the reader in the masthead, and two or three
// small comforts. Works, with less to show, where `Iteras` is missing.
(function () {
  "use strict";

  var query = new URLSearchParams(location.search);
  // Danish readers get pages of their own from the server, with this same script.
  var isDanish = document.documentElement.lang === "da";
  var locale = isDanish ? "da-DK" : "en-GB";
  function say(english, danish) {
    return isDanish ? danish : english;
  }
  var titles = {
    "/": say("the front page", "forsiden"),
    "/article-redirect": say("“Stay in the White”", "»Bliv i det hvide«"),
    "/article-teaser": say("“The Sea Keeps a Light On”", "»Havet lader lyset brænde«"),
    "/article-declarative": say("“Hang It Lower”", "»Hæng den lavere«"),
    "/article-member": say("“Counting the Dark”", "»At tælle mørket«"),
    "/letters/1": say("“The Lamp That Waits”", "»Lampen, der venter«"),
    "/letters/2": say("“Four Seconds of Nothing”", "»Fire sekunders ingenting«"),
    "/letters/3": say("“The Moth Ledger”", "»Natsværmernes protokol«"),
    "/letters/4": say("“Switching Off”", "»At slukke«"),
    "/beside/article": say("“Stay in the White”", "»Bliv i det hvide«"),
  };

  function sdk() {
    return window.Iteras && typeof window.Iteras.isLoggedIn === "function" ? window.Iteras : null;
  }

  function byId(id) {
    return document.getElementById(id);
  }

  // The reader as the pass tells it, or null.
  function reader() {
    var pass = sdk() && sdk().pass();
    return (
      pass && {
        id: pass.subscriber,
        valid: sdk().isLoggedIn(),
        subscribes: pass.levels.indexOf("sub") !== -1,
        until: pass.expires.toLocaleDateString(locale, { day: "numeric", month: "long" }),
      }
    );
  }

  // --- Masthead ---

  function masthead() {
    if (!byId("reader")) return;
    var known = reader();
    var inside = Boolean(known && known.valid);
    document.documentElement.dataset.reader = inside ? "in" : "out";
    byId("reader-state").textContent = inside
      ? say("Customer ", "Kunde ") +
        known.id +
        (known.subscribes ? say(", subscriber", ", abonnent") : say(", free account", ", gratis konto"))
      : known
        ? say("Your pass has run out", "Dit pas er udløbet")
        : say("Not logged in", "Ikke logget ind");
    byId("reader-state").title = inside ? say("The pass is good until ", "Passet gælder til ") + known.until : "";
    byId("log-in").hidden = inside;
    byId("log-out").hidden = !inside;
  }

  // The log-in link from a story leads back to it. Where the page was itself reached with
  // `iteras*` parameters, its own `Iteras.carry()` passes those on instead.
  function logInLink() {
    var link = byId("log-in");
    if (link && titles[location.pathname] && !query.has("iterasnext")) {
      link.search = "?iterasnext=" + encodeURIComponent(location.pathname);
    }
  }

  // --- Landing page and log-in page: say what was wanted and who is asking ---

  function wanted() {
    var line = byId("wanted");
    var title = titles[query.get("iterasnext")];
    if (!line || !title) return;
    line.textContent = say(
      "You were on your way to " + title + ". You go straight there afterwards.",
      "Du var på vej til " + title + ". Bagefter kommer du direkte derhen.",
    );
    line.hidden = false;
  }

  function whoAsks() {
    var line = byId("who");
    var known = reader();
    if (!line) return;
    line.hidden = !known;
    if (!known) return;
    if (!known.valid) {
      line.textContent = say(
        "You have been here before, customer " + known.id + ", but your pass has run out.",
        "Du har været her før, kunde " + known.id + ", men dit pas er udløbet.",
      );
    } else if (known.subscribes) {
      line.textContent = say(
        "You are logged in as customer " + known.id + " and subscribe to Lumen. Everything is open.",
        "Du er logget ind som kunde " + known.id + " og abonnerer på Lumen. Alt er åbent.",
      );
    } else {
      line.textContent = say(
        "You are logged in as customer " +
          known.id +
          " with a free account. It opens our free stories; the others are for subscribers.",
        "Du er logget ind som kunde " +
          known.id +
          " med en gratis konto. Den åbner vores gratis artikler; resten er for abonnenter.",
      );
    }
  }

  // --- Our own log-in form: why it is shown again ---

  function refused() {
    var line = byId("refused");
    var text = {
      wrong: say("E-mail or password is not right.", "E-mail eller adgangskode passer ikke."),
      badform: say("Please fill in both fields.", "Udfyld venligst begge felter."),
      outage: say(
        "We can’t check passwords at the moment. Please try again in a while.",
        "Vi kan ikke kontrollere adgangskoder lige nu. Prøv igen om lidt.",
      ),
    }[query.get("login")];
    if (!line || !text) return;
    line.textContent = text;
    line.hidden = false;
  }

  // --- Order page: which product is filled in ---

  function choice() {
    document.querySelectorAll(".choices a").forEach(function (link) {
      var product = new URLSearchParams(link.search).get("product");
      if (product === (query.get("product") || "12MDigital")) link.setAttribute("aria-current", "true");
    });
  }

  // --- Frames that did not come ---

  function missingFrames() {
    document.querySelectorAll(".frame").forEach(function (frame) {
      if (frame.querySelector("iframe") || sdk()) return;
      var text = document.createElement("p");
      text.className = "frame-missing";
      text.textContent = say(
        "The form can’t be shown: the service that provides it does not answer. Please try again in a moment.",
        "Formularen kan ikke vises: tjenesten bag den svarer ikke. Prøv igen om et øjeblik.",
      );
      frame.append(text);
    });
  }

  // --- The light today ---

  // Hours between sunrise and sunset, upper rim of the sun, with ordinary refraction.
  function hoursOfLight(latitude, date) {
    var rad = Math.PI / 180;
    var year = date.getFullYear();
    var day = (Date.UTC(year, date.getMonth(), date.getDate()) - Date.UTC(year, 0, 1)) / 864e5;
    var tilt = -Math.asin(
      0.39779 * Math.cos(rad * (0.98565 * (day + 10) + 1.914 * Math.sin(rad * 0.98565 * (day - 2)))),
    );
    var cosine =
      (Math.sin(-0.833 * rad) - Math.sin(latitude * rad) * Math.sin(tilt)) /
      (Math.cos(latitude * rad) * Math.cos(tilt));
    return (24 / Math.PI) * Math.acos(Math.min(1, Math.max(-1, cosine)));
  }

  function almanac() {
    var table = byId("almanac-table");
    if (!table) return;
    var today = new Date();
    byId("almanac-date").textContent =
      say("Hours of daylight on ", "Timer med dagslys den ") +
      today.toLocaleDateString(locale, { day: "numeric", month: "long" });
    table.querySelectorAll("[data-latitude]").forEach(function (row) {
      var minutes = Math.round(hoursOfLight(Number(row.dataset.latitude), today) * 60);
      row.querySelector(".day").style.setProperty("--light", (minutes / 14.4).toFixed(1) + "%");
      row.querySelector("td:last-child").textContent =
        Math.floor(minutes / 60) + say(" h ", " t ") + (minutes % 60) + " min";
    });
  }

  masthead();

  // These lines are filled as soon as they are parsed: later, everything below them would jump.
  var parsing = new MutationObserver(function () {
    if (!byId("who")) return;
    parsing.disconnect();
    wanted();
    whoAsks();
  });
  parsing.observe(document, { childList: true, subtree: true });

  document.addEventListener("DOMContentLoaded", function () {
    parsing.disconnect();
    logInLink();
    refused();
    choice();
    missingFrames();
    almanac();
    if (byId("log-out")) {
      byId("log-out").addEventListener("click", function () {
        window.Iteras.logoutFromWall({ redirect: document.documentElement.dataset.home || "/" });
      });
    }
  });
  ["login", "renewed", "refused", "logout"].forEach(function (name) {
    document.addEventListener("iteras:" + name, function () {
      masthead();
      whoAsks();
    });
  });
  addEventListener("pageshow", masthead);
})();
