// examples/monitoring: alerts and dashboard name metrics and labels that a gate has. Prometheus' own tool looks at them in
// monitoring/.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

import { here, scrape } from "./monitoring/scrape.mjs";

const read = (name) => readFileSync(join(here, name), "utf8");

test("monitoring: every metric and value that is asked for is one of the gate's", async (t) => {
  const metrics = await scrape(t);
  const names = new Set(Array.from(metrics.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name));
  const values = new Set(Array.from(metrics.matchAll(/reason="([^"]*)"/g), ([, value]) => value));
  const asked = read("alerts.yml") + read("dashboard.json");
  const used = new Set(asked.match(/\biteras_gate_\w+/g).map((name) => name.replace(/_(bucket|sum|count)$/, "")));
  assert.ok(used.size >= 8, [...used].join(" "));
  assert.deepEqual(
    [...used].filter((name) => !names.has(name)),
    [],
  );
  for (const value of ["signature", "unlisted host", "nopass"]) assert.ok(values.has(value), `${value}: ${metrics}`);
  const { panels, templating } = JSON.parse(read("dashboard.json"));
  assert.ok(panels.length > 8 && panels.every(({ targets }) => targets.every(({ expr }) => expr)));
  assert.deepEqual(
    templating.list.map(({ name }) => name),
    ["source", "instance"],
  );
  const alerts = Array.from(read("alerts.yml").matchAll(/- alert: (\w+)/g), ([, name]) => name);
  for (const name of alerts) assert.ok(read("README.md").includes(`\`${name}\``), `what to do about ${name}`);
});
