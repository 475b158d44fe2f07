// A scrape of a gate, for the tests of examples/monitoring.
import { join } from "node:path";

import { ask, fill, freePort, HOST, keyFolder, root, startGate, WALL, withPass } from "../harness.mjs";

export const here = join(root, "examples/monitoring");

/** The metrics of a gate that has seen what there is to see. */
export async function scrape(t) {
  const GATE = `127.0.0.1:${await freePort()}`;
  const keys = keyFolder(t);
  const gate = await startGate(
    t,
    fill("examples/nginx/gate.toml", { GATE, SERVER_NAME: HOST, PAYWALL: WALL, KEYS: keys }),
    { keys },
  );
  const original = "X-Original-URI: /articles/1";
  for (const headers of [
    [withPass()],
    [],
    [withPass({ key: "another key of sixteen bytes" })],
    ["X-Iteras-Other: 1"],
  ]) {
    await ask(gate.port, { headers: [original, ...headers] });
  }
  await ask(gate.port, { host: "other.example", headers: [original] });
  return (await ask(gate.port, { path: "/metrics" })).body;
}
