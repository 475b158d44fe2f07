// The double: stands in for the service's own script, which is not here. Written from the published documentation
// alone; what that leaves open is done differently from our script on purpose (companion, "The double").
//
//   <script src="…/official/static/api/iteras.js?cookie=encoded&calls=twice"></script>
(function () {
  "use strict";

  var DAY = 86400000;
  var CHECKED = "double-checked";
  var address = new URL(document.currentScript.src);
  var base = address.href.split("/static/api/")[0];
  var switches = address.searchParams;
  var frames = 0;

  function has(name, value) {
    return (switches.get(name) || "").split(",").indexOf(value) >= 0;
  }

  function delay() {
    return Number(switches.get("ms")) || 500;
  }

  // --- the pass cookie ---------------------------------------------------------------------------------------

  // As it stands in the cookie, decoded where a server had encoded it.
  function stored() {
    var found = /(?:^|; )iteraspass=([^;]*)/.exec(document.cookie);
    if (!found) return "";
    return found[1].indexOf("|") < 0 ? decodeURIComponent(found[1]) : found[1];
  }

  function write(value, expires) {
    document.cookie = "iteraspass=" + value + "; path=/; expires=" + new Date(expires).toUTCString();
  }

  function keep(pass) {
    write(has("cookie", "encoded") ? encodeURIComponent(pass) : pass, Date.now() + 30 * DAY);
  }

  function forget() {
    write("", 0);
  }

  // True when one of the wanted paywalls is in the pass at the wanted level.
  function fits(pass, options) {
    var fields = pass.split("|");
    if (fields.length < 5) return false;
    var levels = fields[0].split(",");
    var wanted = [].concat(options.paywallid || []);
    return fields[1].split(",").some(function (id, at) {
      var enough = options.access == "sub" ? levels[at] == "sub" : true;
      return enough && (!wanted.length || wanted.indexOf(id) >= 0);
    });
  }

  function isOver(pass) {
    return !(Date.parse(pass.split("|")[2]) >= Date.now());
  }

  // --- wall --------------------------------------------------------------------------------------------------

  function landing(options) {
    var url = new URL(options.redirect, location.href);
    var fragment = url.hash;
    url.hash = "";
    var more = new URLSearchParams();
    more.set("iterasnext", location.pathname + location.search);
    if (options.access) more.set("iterasaccess", options.access);
    return url.href + (url.search ? "&" : "?") + more + fragment;
  }

  function shut(options) {
    if (has("calls", "silent")) return;
    if (!options.unauthorized) {
      if (options.redirect) location.href = landing(options);
      return;
    }
    options.unauthorized("shut");
    if (has("calls", "twice")) options.unauthorized("shut again");
    if (has("throws", "callback")) throw new Error("the double throws after a callback");
  }

  function call(options) {
    if (has("calls", "late")) setTimeout(shut, delay(), options);
    else if (has("callback", "later")) setTimeout(shut, 0, options);
    else shut(options);
  }

  function refused(options) {
    if (has("calls", "early")) {
      setTimeout(forget, delay());
    } else {
      forget();
    }
    call(options);
  }

  // The time of the last check, where it can be kept.
  function isDue() {
    if (has("renewal", "always")) return true;
    if (has("renewal", "never")) return false;
    try {
      return !(Date.now() - Number(localStorage.getItem(CHECKED)) < DAY);
    } catch (error) {
      return true; // Storage is closed: asked at each page view.
    }
  }

  function checked() {
    try {
      localStorage.setItem(CHECKED, String(Date.now()));
    } catch (error) {
      return; // Storage is closed or full: asked again at the next page view.
    }
  }

  // Asks the service whether the pass still holds; an answer that makes no sense is none.
  function check(pass, options) {
    fetch(base + "/check?pass=" + encodeURIComponent(pass), { credentials: "omit" })
      .then(function (response) {
        return response.ok ? response.text() : "";
      })
      .catch(function () {
        return "";
      })
      .then(function (answer) {
        var words = answer.split(" ");
        if (stored() != pass) return;
        if (words[0] == "over" || (words[0] && has("calls", "refusing"))) {
          refused(options);
        } else if (words[0] == "pass") {
          checked();
          keep(words[1]);
        } else if (isOver(pass)) {
          call(options);
        }
      });
  }

  function wall(options) {
    options = options || {};
    var pass = stored();
    if (!pass || !fits(pass, options)) return call(options);
    if (has("renewal", "never") && isOver(pass)) return call(options);
    if (isDue() || isOver(pass)) check(pass, options);
  }

  function logoutFromWall(options) {
    forget();
    var target = options && options.redirect;
    if (target === null) return;
    if (target) location.href = target;
    else location.reload();
  }

  // --- frames ------------------------------------------------------------------------------------------------

  function frame(what, options, ids) {
    var name = "double-" + Date.now().toString(36) + "-" + ++frames;
    var page = new URLSearchParams(location.search);
    var query = new URLSearchParams(
      [
        ["what", what],
        ["account", options.profile],
      ].concat(ids),
    );
    query.set("name", name);
    var known = {
      css: options.cssclass,
      auth: options.preauth || page.get("iteraspreauth"),
      back: options.next,
      level: options.access,
      "page.next": page.get("iterasnext"),
      "page.access": page.get("iterasaccess"),
    };
    Object.keys(known).forEach(function (key) {
      if (known[key]) query.set(key, known[key]);
    });
    Object.keys(options.prefill || {}).forEach(function (field) {
      query.set("fill." + field, options.prefill[field]);
    });
    var src = (base + "/embed?" + query).replace(/&/g, "&amp;");
    var style = "width:100%;height:150px;border:0";
    return '<iframe src="' + src + '" name="' + name + '" scrolling="no" style="' + style + '"></iframe>';
  }

  function walls(options) {
    return [].concat(options.paywallid).map(function (id) {
      return ["wall", id];
    });
  }

  var methods = {
    wall: wall,
    logoutFromWall: logoutFromWall,
    paywalliframe: function (options) {
      return frame("login", options, walls(options));
    },
    orderingiframe: function (options) {
      return frame("order", options, [["form", options.orderingid]]);
    },
    signupiframe: function (options) {
      return frame("signup", options, [["form", options.signupid]]);
    },
    selfserviceiframe: function (options) {
      return frame("customer", options, []);
    },
  };

  // A target on the publisher's own site; anything else is its front page.
  function go(target) {
    var url = new URL(target, location.href);
    location.href = url.origin == location.origin ? url.href : "/";
  }

  // `double/<name> <verb> <argument>`, from the frame of that name alone.
  addEventListener("message", function (event) {
    var said = /^double\/(\S+) (\S+) (.+)$/.exec(event.data);
    if (!said || event.origin != new URL(base).origin) return;
    var from = [].filter.call(document.querySelectorAll("iframe"), function (element) {
      return element.name == said[1] && element.contentWindow == event.source;
    })[0];
    if (!from) return;
    if (said[2] == "tall") from.style.height = Number(said[3]) + "px";
    if (said[2] == "keep") keep(said[3]);
    if (said[2] == "go") go(said[3]);
  });

  // --- the global --------------------------------------------------------------------------------------------

  Object.keys(methods).forEach(function (name) {
    var method = methods[name];
    methods[name] = function (options) {
      if (has("throws", name)) throw new Error("the double throws from " + name);
      return method(options);
    };
  });

  if (has("global", "replaced") || !window.Iteras) window.Iteras = {};
  Object.assign(window.Iteras, methods);
  if (has("global", "frozen") || has("global", "fixed")) Object.freeze(window.Iteras);
  if (has("global", "fixed")) {
    Object.defineProperty(window, "Iteras", { value: window.Iteras, writable: false, configurable: false });
  }
})();
