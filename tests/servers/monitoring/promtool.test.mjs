// examples/monitoring as Prometheus' own tool sees it, and a scrape of ours.
//   PROMTOOL  the tool
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";

import { here, scrape } from "./scrape.mjs";

const tool = (args, input) => {
  const { status, stdout, stderr, error } = spawnSync(process.env.PROMTOOL, args, {
    cwd: here,
    input,
    encoding: "utf8",
  });
  assert.equal(status, 0, `promtool ${args.join(" ")}: ${error ?? stdout + stderr}`);
};

test("monitoring: Prometheus reads the configuration and its alerts", () =>
  tool(["check", "config", "prometheus.yml"]));

test("monitoring: each alert fires for what it is about, and not on an ordinary day", () =>
  tool(["test", "rules", "alerts.test.yml"]));

test("monitoring: Prometheus reads what the gate tells", async (t) => tool(["check", "metrics"], await scrape(t)));
