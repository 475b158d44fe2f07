// The unit, run by systemd: a Debian of its own in a container without a network, from which nothing is left but what
// its script wrote down.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import test from "node:test";
import { folder, KEY, packageOf, release, run } from "./harness.mjs";

const DEBIAN = process.env.ITERAS_DEBIAN;
const skip = DEBIAN ? false : "this machine may not mount anything";
const OTHER_KEY = "other0123456789abcdefghijklmnopq";

// Writes `NAME: WORDS` for each step, its words on one line.
const SCRIPT = `#!/bin/sh
say() { name=$1; shift; echo "$name: $("$@" 2>&1 | tr '\\n' ' ')" >> /out/said; }
ok() { name=$1; shift; if "$@" >> /out/rest 2>&1; then echo "$name: ok" >> /out/said; else echo "$name: failed" >> /out/said; fi; }
ask() { curl --silent --output /dev/null --write-out '%{http_code}' --header 'Host: www.pub.example' "$@" http://127.0.0.1:8086/; }
pid() { systemctl show --property MainPID --value iteras-gate; }
cd /release
ok install dpkg --install ${basename(packageOf("iteras"))} ${basename(packageOf("iteras-gate"))}
say "installed, enabled" systemctl is-enabled iteras-gate
say "installed, active" systemctl is-active iteras-gate
ok "started without a key" systemctl start iteras-gate
say "its reason" journalctl --unit iteras-gate --output cat --grep 'keys.2026'
echo ${KEY} > /etc/iteras/pass-key
chmod 600 /etc/iteras/pass-key
ok "started with a key" systemctl enable --now iteras-gate
say "started, active" systemctl is-active iteras-gate
say ready curl --silent http://127.0.0.1:8086/readyz
say capabilities sed -n 's/^CapEff:\\t//p' /proc/$(pid)/status
say "user is root" sh -c "grep -c '^Uid:.0' /proc/$(pid)/status"
say "key is for" stat --format '%a' /run/credentials/iteras-gate.service/pass-key
pass=$(iteras pass sign --key-file /etc/iteras/pass-key --entitlement sub:n8fsoupukhv3 --subscriber 1 --expires 1d)
say "without a pass" ask --header 'X-Original-URI: /articles/1'
say "with a pass" ask --header 'X-Original-URI: /articles/1' --cookie "iteraspass=$pass"
sed -i 's#/articles/#/club/#' /etc/iteras/gate.toml
first=$(pid)
ok reload systemctl reload iteras-gate
say "reloaded, another rule" ask --header 'X-Original-URI: /club/1'
echo 'nonsense = 1' >> /etc/iteras/gate.toml
ok "reload of nonsense" systemctl reload iteras-gate
say "its status" systemctl show --property StatusText --value iteras-gate
say "the old one holds" ask --header 'X-Original-URI: /club/1'
ok "still the same" test "$first" = "$(pid)"
sed -i /nonsense/d /etc/iteras/gate.toml
echo ${OTHER_KEY} > /etc/iteras/pass-key
ok "restart with another key" systemctl restart iteras-gate
say "pass of the old key" ask --header 'X-Original-URI: /club/1' --cookie "iteraspass=$pass"
second=$(pid)
sed -i 's#^listen = .*#listen = "unix:/run/iteras-gate/socket"#' /etc/iteras/gate.toml
ok "restart with a socket" systemctl restart iteras-gate
say "nobody asks at the socket" setpriv --reuid=65534 --regid=65534 --clear-groups curl --silent --unix-socket /run/iteras-gate/socket http://gate/readyz
ok upgrade dpkg --install ${basename(packageOf("iteras-gate"))}
say "upgraded, active" systemctl is-active iteras-gate
ok "upgraded, another process" test "$second" != "$(pid)"
ok "edited configuration is kept" grep -q /club/ /etc/iteras/gate.toml
ok stop systemctl stop iteras-gate
say "stopped, result" systemctl show --property Result --value iteras-gate
systemctl start iteras-gate
ok purge dpkg --purge iteras iteras-gate
say "purged, running" sh -c 'pgrep -c iteras-gate'
say left ls /etc/iteras
journalctl --unit iteras-gate --output cat >> /out/rest
`;

test("systemd starts, reloads, restarts and upgrades the gate", { skip }, (t) => {
  const [out, check] = [folder(t), folder(t)];
  writeFileSync(join(check, "check.sh"), SCRIPT, { mode: 0o755 });
  const container = run("systemd-nspawn", [
    `--directory=${DEBIAN}`,
    "--volatile=overlay",
    "--private-network",
    "--register=no",
    "--keep-unit",
    "--link-journal=no",
    `--machine=iteras-${process.pid}`,
    `--bind-ro=${release}:/release`,
    `--bind-ro=${check}:/check`,
    `--bind=${out}:/out`,
    "--boot",
    "systemd.run=/check/check.sh",
    "systemd.run_success_action=exit",
    "systemd.run_failure_action=exit-force",
  ]);
  let said = "";
  try {
    said = readFileSync(join(out, "said"), "utf8");
  } catch {
    assert.fail(`the container ended with ${container.code}: ${container.out}${container.err}`);
  }
  const rest = readFileSync(join(out, "rest"), "utf8");
  const lines = said.split("\n").filter(Boolean);
  assert.deepEqual(
    lines.map((line) => line.trimEnd()),
    [
      "install: ok",
      "installed, enabled: disabled",
      "installed, active: inactive",
      "started without a key: failed",
      "its reason: iteras-gate: /etc/iteras/gate.toml: keys.2026: signing key has 7 bytes, expected at least 16",
      "started with a key: ok",
      "started, active: active",
      "ready: ready",
      "capabilities: 0000000000000000",
      "user is root: 0",
      "key is for: 400",
      "without a pass: 401",
      "with a pass: 204",
      "reload: ok",
      "reloaded, another rule: 401",
      "reload of nonsense: ok",
      "its status: not reloaded, the log says why; the old configuration holds",
      "the old one holds: 401",
      "still the same: ok",
      "restart with another key: ok",
      "pass of the old key: 401",
      "restart with a socket: ok",
      "nobody asks at the socket: ready",
      "upgrade: ok",
      "upgraded, active: active",
      "upgraded, another process: ok",
      "edited configuration is kept: ok",
      "stop: ok",
      "stopped, result: success",
      "purge: ok",
      "purged, running: 0",
      "left: pass-key",
    ],
    rest,
  );
});
