// `authenticatecustomer/`, the one call of the service that a log-in form needs (documented surface, section 6):
// sent as the core says, and its answer handed back unread.
import { readBytes } from "./body.js";

/** The parts of a base address by which the core judges it; null for what is no URL. */
export function baseParts(base) {
  if (typeof base != "string" || !URL.canParse(base)) return null;
  const { href, protocol, username, password, hostname } = new URL(base);
  return { href, protocol, credentials: username + password, hostname };
}

/** The answer, `{ status, body }`, or `{ why }` there is none. */
export async function ask({ call, body, seconds, most }, base, key) {
  try {
    // Never sent twice. A redirect is none of the service's, and would take the key elsewhere.
    const response = await fetch(new URL(`/api/${call}`, base), {
      method: "POST",
      body,
      headers: { "X-Iteras-Key": key, "Content-Type": "application/x-www-form-urlencoded" },
      redirect: "manual",
      signal: AbortSignal.timeout(seconds * 1000),
    });
    // One byte more than is read tells the core that there is more.
    const { bytes } = await readBytes(response.body, most + 1, most + 1);
    return { status: response.status, body: bytes };
  } catch (error) {
    // Of the error only what can't hold the password.
    return { why: error.name };
  }
}
