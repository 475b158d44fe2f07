// Loading the page again and redirecting because of a marker, each at most once in ten minutes (wire protocol,
// "Again"). Where the memory of that can't be kept, neither is done.
import { confirmed } from "./decisions.js";
import { memory, now, stored } from "./doors.js";
import * as core from "./questions.js";

// The page is on its way to somewhere: nothing may come in between.
let leaving;
export const leave = (isLeaving) => (leaving = isLeaving);

export function goTo(url) {
  leave(true);
  location.replace(url);
}

export function allowed(redirects, value) {
  const page = location.href;
  const { record } = core.again({ redirects, page, value, confirmed, checks: stored(), record: memory() || "" }, now());
  return record && memory(record) == record;
}

// Tells that the page is about to be another one.
export function loadAgain(value) {
  if (!leaving && allowed(false, value)) {
    leave(true);
    location.reload();
  }
  return leaving;
}
