// Failed attempts, counted in this process. Several processes need a store that they share.
import { MemoryCounters } from "iteras:server";

/** Counters that are kept; an attempt has up to five, and one takes at most about 1 kB. */
const CAPACITY = 100_000;

export function countersInMemory() {
  const memory = new MemoryCounters(CAPACITY);
  return {
    begin(counters, limits) {
      const now = Math.floor(performance.now() / 1000);
      return { wait: memory.begin(counters, limits, now), entry: { limits, now } };
    },
    takeBack: (counters, { limits, now }) => memory.takeBack(counters, limits, now),
  };
}
