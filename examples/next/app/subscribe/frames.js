"use client";
// The service's log-in and order form. Whoever is done goes back to the article, by `iterasnext` in the address.
import { useEffect } from "react";

import { PAYWALL } from "../paywall";

const PROFILE = process.env.NEXT_PUBLIC_ITERAS_PROFILE || "lumen";
const ORDER = process.env.NEXT_PUBLIC_ITERAS_ORDER || "lumen-order";

export function Frames() {
  // After hydration: until then the elements have to be what the server sent.
  useEffect(() => {
    import("iteras/elements");
  }, []);
  return (
    <>
      <iteras-login profile={PROFILE} paywallid={PAYWALL} title="Log in" />
      <iteras-order profile={PROFILE} orderingid={ORDER} title="Subscribe" />
    </>
  );
}
