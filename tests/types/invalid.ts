// Every line that is marked must not compile: an error that is not there is one.
import {
  carry,
  configure,
  frame,
  isLoggedIn,
  logoutFromWall,
  orderingiframe,
  pass,
  paywalliframe,
  selfserviceiframe,
  wall,
  watchWall,
} from "iteras";
import type { Reason } from "iteras";
import "iteras/elements";
import "iteras/global";

// @ts-expect-error there are two levels
wall({ access: "subs" });
// @ts-expect-error ids are strings
wall({ paywallid: 12 });
// @ts-expect-error ids are strings, in an array as well
wall({ paywallid: ["a", 12] });
// @ts-expect-error a handler is a function
wall({ unauthorized: "/log-in" });
// @ts-expect-error a misspelt option
wall({ paywallID: "a" });
// @ts-expect-error options are an object
wall("n8fsoupukhv3");
// @ts-expect-error a verdict comes at once
wall().then();
// @ts-expect-error a verdict does not change
wall().authorized = true;
// @ts-expect-error there is no such reason
const reason: Reason = "expred";
// @ts-expect-error an authorized visitor has no reason
if (wall().authorized) wall().reason.length;
// @ts-expect-error a watcher needs somebody to tell
watchWall({});
// @ts-expect-error the handler of `wall` is not for watchers
watchWall({ unauthorized() {} }, () => {});
// @ts-expect-error the target is a string
logoutFromWall({ redirect: false });
// @ts-expect-error a frame needs a profile
selfserviceiframe({});
// @ts-expect-error and options
selfserviceiframe();
// @ts-expect-error an order form has an id
orderingiframe({ profile: "lumen" });
// @ts-expect-error values of fields are texts, numbers and booleans
orderingiframe({ profile: "lumen", orderingid: "1", prefill: { products: { a: 1 } } });
// @ts-expect-error a log-in is to a paywall
paywalliframe({ profile: "lumen" });
// @ts-expect-error a log-in has no order form
paywalliframe({ profile: "lumen", paywallid: "a", orderingid: "1" });
// @ts-expect-error there is no such frame
frame("login", { profile: "lumen", paywallid: "a" });
// @ts-expect-error the options of another kind
frame("ordering", { profile: "lumen", paywallid: "a" });
// @ts-expect-error null on a server
frame("selfservice", { profile: "lumen" }).src;
// @ts-expect-error seconds are a number
configure({ renewAfter: "3600" });
// @ts-expect-error there is no such endpoint
configure({ endpoints: { login: "{base}/" } });
// @ts-expect-error there may be no pass
pass().expires;
// @ts-expect-error the signature is nobody's business in a browser
pass()?.signature;
// @ts-expect-error paths are texts
carry(12);
// @ts-expect-error yes or no
const known: string = isLoggedIn();
// @ts-expect-error an error has a code
document.addEventListener("iteras:error", ({ detail }) => detail.authorized);
document.addEventListener("iteras:refused", ({ detail }) => {
  // @ts-expect-error a refusal has a reason
  const nothing: null = detail.reason;
});
// @ts-expect-error there is no such method
Iteras.walls();
// @ts-expect-error the queue takes calls
Iteras.q.push("wall");
// @ts-expect-error with the options of the method
Iteras.q.push(["wall", { access: 3 }]);
// @ts-expect-error what is shown follows from the verdict
document.createElement("iteras-wall").state = "open";
// @ts-expect-error fields come as an object
document.createElement("iteras-order").prefill = "products";
// @ts-expect-error a log-in has no order form
document.createElement("iteras-login").orderingid;

export { known, reason };
