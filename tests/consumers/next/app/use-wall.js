"use client";

import { watchWall } from "iteras";
import { useLayoutEffect, useState } from "react";

const UNDECIDED = { authorized: false, pending: true, reason: null };

/** The verdict of a wall, for as long as the component is there; undecided on servers and while hydrating. */
export function useWall(options = {}) {
  const [verdict, setVerdict] = useState(UNDECIDED);
  const wanted = JSON.stringify([options.paywallid, options.access]);
  useLayoutEffect(() => {
    const [paywallid, access] = JSON.parse(wanted);
    return watchWall({ paywallid, access }, setVerdict);
  }, [wanted]);
  return verdict;
}
