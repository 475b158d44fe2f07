// In the place of the page's: log-out by the official script, and what it leaves undone.
import { doc } from "../page/document.js";
import { report } from "../page/events.js";
import { logoutFromWall as logOut } from "../page/session.js";
import { forgetHeld } from "./changes.js";
import { official } from "./official.js";

export { isLoggedIn, pass } from "../page/session.js";

export function logoutFromWall(...given) {
  if (typeof document == "undefined") return;
  if (doc.prerendering) {
    return doc.addEventListener("prerenderingchange", () => logoutFromWall(...given), { once: true });
  }
  let failure;
  try {
    official("logoutFromWall", given);
  } catch (error) {
    failure = error;
  }
  // No change of the cookie that anybody has to be told of once more.
  forgetHeld();
  const isMissing = failure && failure.code == "official_missing";
  if (failure && !isMissing) report(failure);
  // Only where the official one threw, ours goes on.
  logOut(failure && !isMissing ? given[0] : { redirect: null });
  if (isMissing) throw failure;
}
