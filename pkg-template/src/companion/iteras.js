// In the place of the page's: one page's Iteras beside the service's own script. Verdicts, reasons and events are ours,
// read off the cookie; renewal, frames and log-in are the official script's (companion, "Parts and who does them").
//
// A file of this folder stands in the place of the file of that name in `page` (xtask/engines.mjs); the others are
// shared.
import { carry } from "../page/carry.js";
import { complain } from "../page/complaints.js";
import { configure } from "../page/configure.js";
import { guard } from "../page/core.js";
import { frameElement, frameHtml } from "../page/frames.js";
import { isLoggedIn, logoutFromWall, pass } from "../page/session.js";
import { calls, state } from "../page/state.js";
import { look, wall } from "../page/walls.js";
import { place, stepAside } from "./official.js";
import { watch } from "./watch.js";

export function createIteras(start, version) {
  state.start = start;
  return {
    calls,
    look: (call) => guard(() => look(call)),
    isCompanion: true,
    // The classic script alone takes the global.
    place() {
      place();
      watch();
    },
    complain,
    documented: stepAside({
      wall,
      logoutFromWall,
      selfserviceiframe: frameHtml("selfserviceiframe"),
      orderingiframe: frameHtml("orderingiframe"),
      signupiframe: frameHtml("signupiframe"),
      paywalliframe: frameHtml("paywalliframe"),
    }),
    extras: { configure, pass, isLoggedIn, frame: frameElement, carry, version },
  };
}
