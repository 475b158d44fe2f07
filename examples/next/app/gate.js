// The gate of the magazine's server. Never imported by a component of the browser: it holds the key.
import { createGate } from "iteras/server";
import { headers } from "next/headers";

import { PAYWALL } from "./paywall";

let gate;

/** The verdict on the request that is being answered. */
export async function verdict() {
  const request = { headers: await headers() };
  // With the first request and not while the site is built, where there is no key. Without one it throws a sentence
  // that names the setting, so that nothing opens.
  gate ??= createGate({ keys: [process.env.ITERAS_KEY], paywallid: PAYWALL });
  return gate.check(request);
}
