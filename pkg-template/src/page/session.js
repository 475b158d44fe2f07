// The reader's session: the stored pass, what it says, log-in and log-out.
import { guard } from "./core.js";
import { ANY, confirm, decide, verdict } from "./decisions.js";
import { doc } from "./document.js";
import { hasPage, memory, now, readCookie, remember, write } from "./doors.js";
import { emit, once } from "./events.js";
import { read } from "./options.js";
import * as core from "./questions.js";
import { config } from "./state.js";
import { settleAll } from "./verdicts.js";

// The pass that is on its way to the service; a log-out takes it back.
export let sent = "";
export const setSent = (pass) => (sent = pass);

export const has = (value) => core.has({ cookie: readCookie(), value }).has;

// Written first: another tab that opens just now is to find the one pass or the other.
export function store(pass) {
  const secure = location.protocol == "https:";
  const { cookie, record } = core.store({ pass, domain: config.cookieDomain, secure }, now());
  write(cookie);
  if (!has(pass)) return once("cookie_not_stored");
  erase(true);
  confirm(pass);
  remember(record);
  return true;
}

export function vouchedFor(type) {
  emit(type, decide(ANY).verdict);
  settleAll();
}

// Deletes every form that we, the service or a server may have set: host-only and for each domain,
// each at `/` and at every ancestor path, partitioned or not; where it is told to keep one, all but the form that
// `store` writes. Stands here and not in the core, since log-out has to work when the core does not.
function erase(keeping) {
  const domains = ["", config.cookieDomain];
  // An address has no parents: as a domain it would name the very cookie that is kept.
  for (let name = location.hostname; /\.\D/.test(name); name = name.slice(name.indexOf(".") + 1)) {
    domains.push(name);
  }
  const paths = ["/"];
  let path = "";
  for (const step of location.pathname.slice(1, 1024).split("/")) {
    path += `/${step}`;
    if (step) paths.push(path, `${path}/`);
  }
  for (const domain of domains) {
    for (const path of paths) {
      if (keeping && path == "/" && domain == config.cookieDomain) continue;
      const form = `iteraspass=; Path=${path}; Max-Age=0${domain && `; Domain=${domain}`}`;
      write(form);
      write(`${form}; Secure; Partitioned`);
    }
  }
}

export function forget() {
  setSent(confirm(""));
  erase();
  remember("");
  if (/(^|;)\s*iteraspass\s*=/.test(readCookie())) once("cookie_not_deleted");
}

export function logoutFromWall(options) {
  if (!hasPage()) return;
  // Deleting a pass is seen by other pages: not before the reader has come to this one.
  if (doc.prerendering) {
    return doc.addEventListener("prerenderingchange", () => logoutFromWall(options), { once: true });
  }
  forget();
  memory("");
  emit("logout", verdict("nopass"));
  const o = read("logoutFromWall", options, { redirect: "url" });
  if (o.redirect) location.assign(o.redirect.href);
  else if (o.redirect !== null) location.reload();
}

export function pass() {
  if (!hasPage()) return null;
  return guard(
    () => {
      const { expires, subscriber, ip, levels, paywallids } = core.pass({ cookie: readCookie() });
      return expires
        ? {
            levels: levels.split(","),
            paywallids: paywallids.split(","),
            expires: new Date(expires * 1000),
            subscriber,
            ip,
          }
        : null;
    },
    () => null,
  );
}

export function isLoggedIn() {
  return (
    hasPage() &&
    guard(
      () => decide(ANY).verdict.authorized,
      () => false,
    )
  );
}
