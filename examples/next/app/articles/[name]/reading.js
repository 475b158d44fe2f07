"use client";
// The browser goes on where the server has begun: a log-in, a log-out or a refused renewal changes the page in place.
import { useRouter } from "next/navigation";
import { useEffect } from "react";

import { useWall } from "iteras/react";

import { PAYWALL } from "../../paywall";
import { Offer } from "./offer";

export function Reading({ name, firstVerdict, children }) {
  const { authorized, pending, reason } = useWall({ paywallid: PAYWALL, access: "sub" }, firstVerdict);
  const router = useRouter();
  const differs = !pending && authorized != firstVerdict.authorized;
  // The server sends the rest of the article to a reader who has just logged in. It alone checks signatures: where it
  // still refuses, its page stays as it is.
  useEffect(() => {
    if (differs) router.refresh();
  }, [differs, router]);
  return firstVerdict.authorized && differs ? <Offer name={name} reason={reason} /> : children;
}
