// Failed log-ins counted in this process. Where there are several, they need something that they share.
import { Tries } from "iteras:server";

/** Counters in the table; a try has three, and one takes at most about 1 kB. */
const CAPACITY = 100_000;

export function triesInMemory() {
  const table = new Tries(CAPACITY);
  return {
    begin(counters) {
      const now = Math.floor(performance.now() / 1000);
      return { wait: table.begin(counters, now), entry: now };
    },
    takeBack: (counters, begun) => table.takeBack(counters, begun),
  };
}
