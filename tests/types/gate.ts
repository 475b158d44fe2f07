// Must compile: gates in front of servers.
import { createGate, expressGate, mark } from "iteras/server";
import type {
  AdmittedVerdict,
  Algorithm,
  DeniedVerdict,
  ExpressGateOptions,
  Gate,
  GateAccess,
  GateCrawler,
  GateMeter,
  GateOptions,
  GatePreset,
  GateReason,
  GateVerdict,
  NodeRequest,
  NodeResponse,
  PublishedRanges,
  SigningKey,
  WithCookies,
} from "iteras/server";
import { teaser } from "iteras/teaser";
import type { TeaserOptions } from "iteras/teaser";

const teasers: TeaserOptions = { gated: [".article-body"] as const, characters: 0, marker: null, allow: "#a" };
const key: SigningKey = { id: "2026", key: "j8kau2v3lzp0n12ilw1d0hurr6059gyo", until: new Date(0) };
const ids = ["a", "b"] as const;
const access: GateAccess = "user";
const algorithms: Algorithm[] = ["sha256", "sha1"];
const ranges: PublishedRanges = { prefixes: [{ ipv4Prefix: "192.0.2.0/24" }, { ipv6Prefix: "2001:db8::/32" }] };
const crawlers: GateCrawler[] = [
  { agent: "Googlebot", ranges },
  { agent: "bingbot", ranges: [ranges, ranges] },
];
const meter: GateMeter = { key: "a key that is for meters only", free: 3, days: 30 };
const presets: GatePreset[] = ["basics", "wordpress"];
const options: GateOptions = {
  keys: ["j8kau2v3lzp0n12ilw1d0hurr6059gyo", key],
  paywallid: ids,
  access,
  leeway: 0,
  algorithms,
  gifts: null,
  editors: "a key that is for editors only",
  default: "protected",
  preset: presets,
  crawlers,
  rules: [{ path: "/articles/*", meter: true }],
  meter,
  landing: "/subscribe",
  paymentRequired: true,
  reject: (verdict, request) => (request.method == "GET" ? new Response(verdict.reason) : null),
  teaser: async (response, { reason }) => (reason == "nopass" ? response : null),
  mark: (response, element) => (element?.includes("data-used") ? response : mark(response, element)),
  onOldKey: (keyId) => console.log(keyId.length),
};
const gate: Gate = createGate(options);
expressGate(gate, { trustedPeer: (req) => req.ip == "10.0.0.1", peer: (req) => req.ip });
gate.handle(new Request("https://pub.example/"), fetch, { trustedPeer: true, peer: "192.0.2.1" });
teaser(teasers).label(new Response(""));
createGate({ keys: "j8kau2v3lzp0n12ilw1d0hurr6059gyo", paywallid: "a", default: "open", preset: "ghost" });
createGate({ keys: "j8kau2v3lzp0n12ilw1d0hurr6059gyo", paywallid: "a", teaser: teaser(teasers) });

const verdict: GateVerdict = gate.check("iteraspass=…", { now: new Date(0) });
if (verdict.authorized) {
  const let_in: AdmittedVerdict = verdict;
  const told: [string, string, string, Date, string] = [
    verdict.level,
    verdict.paywallid,
    verdict.subscriber,
    verdict.expires,
    verdict.keyId,
  ];
  console.log(let_in, told);
} else {
  const kept_out: DeniedVerdict = verdict;
  const reason: GateReason = kept_out.reason;
  console.log(reason, kept_out.expires?.getTime());
}
const sources: WithCookies[] = [
  null,
  undefined,
  "",
  new Request("https://pub.example/"),
  { headers: { cookie: "a=1" } },
];
for (const source of sources) gate.check(source);
gate.check(new Request("https://pub.example/"));

const answer: Promise<Response> = gate.handle(
  new Request("https://pub.example/"),
  (request) => new Response(request.url),
);
const settings: ExpressGateOptions = { reject: (denied, _req, res) => res.status(402).end(denied.reason) };
const middleware: (req: NodeRequest, res: NodeResponse, next: () => void) => void = expressGate(gate, settings);

export { answer, middleware };
