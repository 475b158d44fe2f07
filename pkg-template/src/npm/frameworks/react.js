"use client";
// `iteras/react`: hooks and a component. The first render is the server's, whatever the browser's cookie says; what the
// page decides comes right after it, before the browser paints.
import { Fragment, createElement, useEffect, useLayoutEffect, useState } from "react";

import { followPass, followWall } from "./follow.js";
import { UNDECIDED, after, first, keyOf } from "./verdict.js";

// React 18 complains on servers of the one that it does not run there.
const useBeforePaint = typeof document == "undefined" ? useEffect : useLayoutEffect;

/** The verdict of a wall of its own, for as long as the component is there. */
export function useWall(options, firstVerdict) {
  const wanted = keyOf(options);
  const [held, hold] = useState(() => ({ wanted, verdict: first(firstVerdict) }));
  const hear = (now) => {
    hold((before) => ({ wanted, verdict: before.wanted === wanted ? after(before.verdict, now) : now }));
  };
  // By value: components write their options anew with each render.
  useBeforePaint(() => followWall(options, hear), [wanted]);
  // Other options, other wall: the verdict of the one before opens nothing for a moment.
  return held.wanted === wanted ? held.verdict : UNDECIDED;
}

/** The pass that the browser has stored; null without one, on servers and while hydrating. */
export function usePass() {
  const [pass, hold] = useState(null);
  useBeforePaint(() => followPass(hold), []);
  return pass;
}

/** Its children while the wall is open, `pending` before that is known, and else `fallback`. */
export function Wall({ children = null, fallback = null, pending = null, firstVerdict, ...options }) {
  const verdict = useWall(options, firstVerdict);
  const { authorized, reason } = verdict;
  // A fault of ours must not blank a site, as with <iteras-wall>.
  const isOpen = authorized || reason == "internal";
  const shown = verdict.pending ? pending : isOpen ? children : fallback;
  return createElement(Fragment, null, typeof shown == "function" ? shown(verdict) : shown);
}
