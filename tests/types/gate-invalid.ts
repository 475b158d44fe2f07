// Every line that is marked must not compile: an error that is not there is one.
import { createGate, expressGate } from "iteras/server";

const keys = ["j8kau2v3lzp0n12ilw1d0hurr6059gyo"];
const gate = createGate({ keys, paywallid: "a" });

// @ts-expect-error a gate has options
createGate();
// @ts-expect-error without keys nothing could be checked
createGate({ paywallid: "a" });
// @ts-expect-error without a paywall every pass would do
createGate({ keys });
// @ts-expect-error the key may be missing from the environment
createGate({ keys: [undefined as string | undefined], paywallid: "a" });
// @ts-expect-error a misspelt option
createGate({ keys, paywallId: "a" });
// @ts-expect-error there is no such level
createGate({ keys, paywallid: "a", access: "subs" });
// @ts-expect-error there is no such algorithm
createGate({ keys, paywallid: "a", algorithms: ["md5"] });
// @ts-expect-error there is no such preset
createGate({ keys, paywallid: "a", default: "open", preset: ["drupal"] });
// @ts-expect-error search engines are known by ranges here
createGate({ keys, paywallid: "a", crawlers: [{ agent: "Googlebot", domains: ["googlebot.com"] }] });
// @ts-expect-error a list as it is published
createGate({ keys, paywallid: "a", crawlers: [{ agent: "Googlebot", ranges: ["192.0.2.0/24"] }] });
// @ts-expect-error a meter has a key of its own
createGate({ keys, paywallid: "a", meter: { free: 3, days: 30 } });
// @ts-expect-error limits are numbers
createGate({ keys, paywallid: "a", meter: { key: "b", free: "3", days: 30 } });
// @ts-expect-error an address is a text
gate.handle(new Request("https://pub.example/"), fetch, { peer: 1 });
// @ts-expect-error seconds are a number
createGate({ keys, paywallid: "a", leeway: "60" });
// @ts-expect-error a key with an id has a key
createGate({ keys: [{ id: "2026" }], paywallid: "a" });
// @ts-expect-error a verdict comes at once
gate.check(null).then();
// @ts-expect-error a verdict does not change
gate.check(null).authorized = true;
// @ts-expect-error the clock is a Date
gate.check(null, { now: 0 });
// @ts-expect-error a subscriber may be unknown
gate.check(null).subscriber.length;
// @ts-expect-error nothing to ask
gate.handle(new Request("https://pub.example/"));
// @ts-expect-error a gate, not its options
expressGate({ keys, paywallid: "a" });
