// Must compile: gates in front of servers.
import { createGate, expressGate } from "iteras/server";
import type {
  AdmittedVerdict,
  Algorithm,
  DeniedVerdict,
  ExpressGateOptions,
  Gate,
  GateAccess,
  GateOptions,
  GateReason,
  GateVerdict,
  NodeRequest,
  NodeResponse,
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
const options: GateOptions = {
  keys: ["j8kau2v3lzp0n12ilw1d0hurr6059gyo", key],
  paywallid: ids,
  access,
  leeway: 0,
  algorithms,
  gifts: null,
  editors: "a key that is for editors only",
  landing: "/subscribe",
  paymentRequired: true,
  reject: (verdict, request) => (request.method == "GET" ? new Response(verdict.reason) : null),
  teaser: async (response, { reason }) => (reason == "nopass" ? response : null),
  mark: (response) => response,
  onOldKey: (keyId) => console.log(keyId.length),
};
const gate: Gate = createGate(options);
expressGate(gate, { trustedPeer: (req) => req.ip == "10.0.0.1" });
gate.handle(new Request("https://pub.example/"), fetch, { trustedPeer: true });
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
