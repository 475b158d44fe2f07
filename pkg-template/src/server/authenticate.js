// `authenticatecustomer/`, the one call of the service that a log-in form needs (documented surface, section 6).
import { badOption } from "./core.js";

const BASE = "https://app.iteras.dk";
const PATIENCE = 15_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** A function that checks a form's account and password: `{ ending: "welcome", id, preauth }`, `wrong` or `outage`. */
export function authenticator(key, base, preauthSeconds) {
  if (typeof key != "string" || !/^[!-~]+$/.test(key))
    throw badOption("createLogin: key: expected the API key, printable ASCII without spaces");
  const url = new URL("/api/authenticatecustomer/", service(base ?? BASE));
  return async ({ name, account, password }) => {
    const body = new URLSearchParams({ [name]: account, password, preauthseconds: `${preauthSeconds}` });
    try {
      // Never sent twice. A redirect is none of the service's, and would take the key elsewhere.
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: { "X-Iteras-Key": key },
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.status != 200) throw new Error(`status ${response.status}`);
      return outcomeOf(await response.json());
    } catch (error) {
      // Of the error only what can't hold the password.
      console.error(
        `iteras/server: a password could not be checked: ${/^status \d+$/.test(error.message) ? error.message : error.name}`,
      );
      return { ending: "outage" };
    }
  };
}

// Only the JSON value `true` is yes, and an errorcode is no, whatever else is said.
function outcomeOf({ authenticated, errorcode, id, preauth }) {
  if (authenticated === true && errorcode == null) {
    if (typeof id != "string" || !id || typeof preauth != "string" || !preauth) throw new TypeError("no id or token");
    return { ending: "welcome", id, preauth };
  }
  if (authenticated !== false && typeof errorcode != "string") throw new TypeError("neither yes nor no");
  return { ending: "wrong" };
}

function service(base) {
  const url = typeof base == "string" && URL.canParse(base) ? new URL(base) : undefined;
  const isSafe = url?.protocol == "https:" || (url?.protocol == "http:" && LOOPBACK.test(url.hostname));
  if (!isSafe) throw badOption("createLogin: base: expected the service's https origin; http only for this machine");
  return url;
}
