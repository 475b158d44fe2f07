// `iteras/vue`: composables for Vue 3.3 and newer.
import type { MaybeRefOrGetter, ShallowRef } from "vue";
import type { FirstVerdict, Pass, Requirement, Verdict } from "./index.js";

/**
 * The verdict of a wall of its own, for as long as the component or the effect scope is there: at first the server's
 * (`firstVerdict`, undecided without one), and what the page decides once the component is mounted. Options may be a
 * ref or a getter, and are compared by value.
 * @throws {IterasError} `bad_option`, to the app's `errorHandler`
 */
export function useWall(
  options?: MaybeRefOrGetter<Requirement | null | undefined>,
  firstVerdict?: FirstVerdict | null,
): Readonly<ShallowRef<Verdict>>;

/** The pass that the browser has stored, followed; null without one, on servers and while hydrating. */
export function usePass(): Readonly<ShallowRef<Pass | null>>;
