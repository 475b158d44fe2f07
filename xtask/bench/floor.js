// A plain-JavaScript script with the documented calls, and the least that they take: what ours is measured against. Not
// for use: it judges hostile cookies, pages and frames as scripts by hand do.
(function () {
  var script = document.currentScript,
    I = (window.Iteras = window.Iteras || {});
  if (I.__ref) return;
  Object.defineProperty(I, "__ref", { value: 1 });
  var m = /^(.*)\/static\/api\/iteras\.js(?:\?.*)?$/.exec((script && script.src) || "");
  var base = (script && script.dataset.base) || (m ? m[1] : "https://app.iteras.dk");
  var frames = {},
    DAY = 864e5;
  function origin() {
    return new URL(base).origin;
  }
  function esc(s) {
    return String(s).replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }
  function parse(v) {
    if (v.indexOf("|") < 0 && /%7c/i.test(v)) {
      try {
        v = decodeURIComponent(v);
      } catch (e) {
        return null;
      }
    }
    var i = v.lastIndexOf("/");
    if (i < 0 || v.length > 4096) return null;
    var f = v.slice(0, i).split("|");
    if (f.length < 5) return null;
    if (!/^sha256:[0-9a-f]{64}$/.test(v.slice(i + 1))) return null;
    var l = f[0].split(","),
      p = f[1].split(",");
    if (
      l.length !== p.length ||
      l.concat(p).some(function (x) {
        return !x;
      })
    )
      return null;
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(f[2])) return null;
    var t = Date.parse(f[2]);
    if (isNaN(t)) return null;
    return { raw: v, levels: l, ids: p, expires: t, subscriber: f[3] };
  }
  function cookies() {
    try {
      return document.cookie
        .split(";")
        .map(function (c) {
          return c.replace(/^[ \t]+|[ \t]+$/g, "");
        })
        .filter(function (c) {
          return c.slice(0, 11) === "iteraspass=";
        })
        .map(function (c) {
          return c.slice(11);
        })
        .slice(0, 8);
    } catch (e) {
      return [];
    }
  }
  function judge(want, access) {
    var best = { reason: "nopass", pass: null },
      list = cookies();
    for (var n = 0; n < list.length; n++) {
      var p = parse(list[n]),
        r;
      if (!p) {
        best = { reason: "malformed", pass: null };
        continue;
      }
      var idx = p.ids
        .map(function (x, i) {
          return !want || want.indexOf(x) >= 0 ? i : -1;
        })
        .filter(function (i) {
          return i >= 0;
        });
      if (!idx.length) r = "wrongpaywall";
      else if (
        access &&
        !idx.some(function (i) {
          return p.levels[i] === "sub" || (access === "user" && p.levels[i] === "user");
        })
      )
        r = "accesslevel";
      else if (Date.now() > p.expires) r = "expired";
      else return { reason: null, pass: p };
      best = { reason: r, pass: p };
    }
    return best;
  }
  function write(pass) {
    var p = parse(pass);
    if (!p || !/^[\w|,\/:.\-]+$/.test(pass)) return false;
    var age = Math.min(30 * 86400, Math.floor((p.expires - Date.now()) / 1000));
    document.cookie =
      "iteraspass=" +
      pass +
      "; Path=/; Max-Age=" +
      age +
      "; SameSite=Lax" +
      (location.protocol === "https:" ? "; Secure" : "");
    return true;
  }
  function drop() {
    try {
      document.cookie = "iteraspass=; Path=/; Max-Age=0";
    } catch (e) {}
    try {
      localStorage.removeItem("iteras.renewed");
    } catch (e) {}
  }
  function safe(u) {
    if (typeof u !== "string" || /[\x00-\x1f\x7f\\]/.test(u) || u.trim() !== u || u.length > 2048) return null;
    try {
      var x = new URL(u, location.href);
      if (
        x.origin !== location.origin ||
        x.protocol !== location.protocol ||
        x.username ||
        x.password ||
        x.pathname.slice(0, 2) === "//"
      )
        return null;
      return x.href;
    } catch (e) {
      return null;
    }
  }
  function params() {
    var o = [];
    new URLSearchParams(location.search).forEach(function (v, k) {
      if (k.slice(0, 6) === "iteras") o.push([k, v]);
    });
    return o;
  }
  I.wall = function (o) {
    o = o || {};
    var want = o.paywallid == null ? null : [].concat(o.paywallid),
      done = false;
    function deny(reason) {
      if (done) return;
      done = true;
      if (typeof o.unauthorized === "function")
        o.unauthorized({ reason: reason, paywallid: want, access: o.access || null });
      else if (o.redirect) {
        var u = new URL(o.redirect, location.href);
        if (u.pathname === location.pathname && u.origin === location.origin) return;
        var q =
          "iterasnext=" +
          encodeURIComponent(location.pathname + location.search).replace(/%20/g, "+") +
          (o.access ? "&iterasaccess=" + o.access : "");
        u.search = u.search ? u.search + "&" + q : "?" + q;
        location.replace(u.href);
      }
    }
    var v = judge(want, o.access);
    if (v.pass && (v.reason === null || v.reason === "expired")) {
      setTimeout(function () {
        var last = 0;
        try {
          last = +localStorage.getItem("iteras.renewed") || 0;
        } catch (e) {}
        if (v.reason === "expired" || Date.now() - last > DAY)
          renew(v.pass.raw, function (ans) {
            if (ans === "refused") {
              drop();
              deny("refused");
            } else if (v.reason === "expired" && ans !== "renewed") deny("expired");
          });
      }, 0);
      if (v.reason === "expired") return { authorized: false, pending: true, reason: "expired", pass: v.pass };
    } else if (v.reason) deny(v.reason);
    return { authorized: v.reason === null, reason: v.reason, pass: v.pass };
  };
  function renew(raw, cb) {
    var c = new AbortController(),
      t = setTimeout(function () {
        c.abort();
      }, 3000);
    fetch(base + "/api/paywall/renew/", {
      method: "POST",
      body: raw,
      headers: { "Content-Type": "text/plain" },
      credentials: "omit",
      keepalive: true,
      signal: c.signal,
    })
      .then(function (r) {
        if (r.status !== 200) throw 0;
        return r.json();
      })
      .then(function (j) {
        clearTimeout(t);
        if (cookies().indexOf(raw) < 0) return cb("gone");
        if (j && j.pass === null) return cb("refused");
        if (j && typeof j.pass === "string" && write(j.pass)) {
          try {
            localStorage.setItem("iteras.renewed", Date.now());
          } catch (e) {}
          return cb("renewed");
        }
        cb("outage");
      })
      .catch(function () {
        clearTimeout(t);
        cb("outage");
      });
  }
  I.logoutFromWall = function (o) {
    drop();
    var r = o ? o.redirect : undefined;
    if (r === null) return;
    if (r === undefined) location.reload();
    else location.assign(r);
  };
  function frame(path, o, extra, title) {
    if (!o || !o.profile) throw new Error("profile missing");
    var id = Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
    var q = "iframe=1";
    function add(k, v) {
      if (v != null && v !== "") q += "&" + encodeURIComponent(k) + "=" + encodeURIComponent(v);
    }
    add("cssclass", o.cssclass);
    add("preauth", o.preauth || new URLSearchParams(location.search).get("iteraspreauth"));
    add("next", o.next);
    extra.forEach(function (e) {
      add(e[0], e[1]);
    });
    params().forEach(function (e) {
      if (e[0] !== "iteraspreauth") add(e[0], e[1]);
    });
    add("frame", id);
    frames[id] = o;
    return (
      '<iframe src="' +
      esc(base + "/" + encodeURIComponent(o.profile) + path + "?" + q) +
      '" title="' +
      esc(o.title || title) +
      '" data-iteras-frame="' +
      id +
      '" style="width:100%;border:0;min-height:200px"' +
      (title === "Order" ? ' allow="payment"' : "") +
      "></iframe>"
    );
  }
  function e(s) {
    return encodeURIComponent(s);
  }
  I.selfserviceiframe = function (o) {
    return frame("/selfservice/", o, [], "Self-service");
  };
  I.orderingiframe = function (o) {
    if (!o.orderingid) throw new Error("orderingid missing");
    return frame(
      "/order/" + e(o.orderingid) + "/",
      o,
      Object.keys(o.prefill || {}).map(function (k) {
        return ["prefill." + k, o.prefill[k]];
      }),
      "Order",
    );
  };
  I.signupiframe = function (o) {
    return frame("/signup/" + e(o.signupid) + "/", o, [], "Sign up");
  };
  I.paywalliframe = function (o) {
    if (!o.paywallid) throw new Error("paywallid missing");
    return frame("/paywall/" + [].concat(o.paywallid).map(e).join(",") + "/", o, [["access", o.access]], "Log in");
  };
  I.pass = function () {
    var v = judge(null, null);
    return v.pass;
  };
  I.configure = function (o) {
    if (o.base) base = o.base;
  };
  window.addEventListener("message", function (ev) {
    var d = ev.data;
    if (ev.origin !== origin() || !d || d.iteras !== 1 || !frames[d.frame]) return;
    var el = Array.prototype.find.call(document.querySelectorAll("iframe[data-iteras-frame]"), function (f) {
      return f.contentWindow === ev.source && f.getAttribute("data-iteras-frame") === d.frame;
    });
    if (!el) return;
    var h = d.height;
    if (d.type === "resize" && typeof h === "number" && h >= 0 && h <= 100000) el.style.height = Math.ceil(h) + "px";
    else if (d.type === "hello")
      ev.source.postMessage(
        { iteras: 1, frame: d.frame, type: "welcome", location: location.pathname, query: location.search },
        ev.origin,
      );
    else if (d.type === "pass" && typeof d.pass === "string") {
      if (!write(d.pass)) return;
      try {
        localStorage.setItem("iteras.renewed", Date.now());
      } catch (x) {}
      var n = new URLSearchParams(location.search).get("iterasnext"),
        o = frames[d.frame];
      var t = n != null ? safe(n) || location.origin + "/" : o.next ? safe(o.next) : null;
      if (t) location.assign(t);
    } else if (d.type === "logout") drop();
    else if (d.type === "navigate") {
      var s = safe(d.url);
      if (s) location.assign(s);
    }
  });
})();
