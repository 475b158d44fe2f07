// `iteras/react`: hooks and a component for React 18 and newer.
import type { ReactElement, ReactNode } from "react";
import type { FirstVerdict, Pass, Requirement, Verdict } from "./index.js";

/**
 * The verdict of a wall of its own, for as long as the component is there: at first the server's (`firstVerdict`,
 * undecided without one), from the browser's first paint on what the page decides. Options are compared by value.
 * @throws {IterasError} `bad_option`, to the nearest error boundary
 */
export function useWall(options?: Requirement | null, firstVerdict?: FirstVerdict | null): Verdict;

/** The pass that the browser has stored, followed; null without one, on servers and while hydrating. */
export function usePass(): Pass | null;

/** The props of `Wall`: what it asks for, and what it shows. */
export interface WallProps extends Requirement {
  /** The server's verdict about the same requirement, with which the first render has to agree. */
  firstVerdict?: FirstVerdict | null | undefined;
  /** Shown while the wall is open. A server that renders it puts it into the page, which can be read. */
  children?: ReactNode | ((verdict: Verdict) => ReactNode);
  /** Shown while it is closed. */
  fallback?: ReactNode | ((verdict: Verdict) => ReactNode);
  /** Shown until that is known. */
  pending?: ReactNode | ((verdict: Verdict) => ReactNode);
}

/** Its children while the wall is open, or where Iteras itself has failed: a fault of ours must not blank a site. */
export function Wall(props: WallProps): ReactElement;
