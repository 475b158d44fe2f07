// One page's Iteras. What is decided is asked of the core (src/page); this folder reads the page's doors,
// keeps what was decided and performs it.
//
// Page code can run wherever an option is read, an event dispatched or a handler called, and may call
// any method again: all state is consistent at those places, and the core keeps none.
import { carry } from "./carry.js";
import { complain } from "./complaints.js";
import { configure, place } from "./configure.js";
import { guard } from "./core.js";
import { frameElement, frameHtml } from "./frames.js";
import { isLoggedIn, logoutFromWall, pass } from "./session.js";
import { calls, state } from "./state.js";
import { look, wall } from "./walls.js";

// The methods of this version; `start` gives the core's `ask` and is called when it is first needed. One page,
// one call.
export function createIteras(start, version) {
  state.start = start;
  return {
    // For whoever follows a call of his own (npm/watch.js).
    calls,
    look: (call) => guard(() => look(call)),
    place,
    complain,
    documented: {
      wall,
      logoutFromWall,
      selfserviceiframe: frameHtml("selfserviceiframe", "selfservice"),
      orderingiframe: frameHtml("orderingiframe", "ordering"),
      signupiframe: frameHtml("signupiframe", "signup"),
      paywalliframe: frameHtml("paywalliframe", "paywall"),
    },
    extras: { configure, pass, isLoggedIn, frame: frameElement, carry, version },
  };
}
