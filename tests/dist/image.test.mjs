// The image: its layout by the OCI specification, and its file system, run as what it says it is run as.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { ask, start } from "../servers/harness.mjs";
import { done, folder, KEY, MIB, NOBODY, released, root } from "./harness.mjs";

// The image's configuration, and its root file system in a folder of the test.
function image(t) {
  const [layout, system] = [folder(t), folder(t)];
  done("tar", ["-xf", released(/\.oci\.tar$/), "-C", layout]);
  const read = (name) => JSON.parse(readFileSync(join(layout, name), "utf8"));
  const blob = ({ digest, size }) => {
    const [algorithm, hash] = digest.split(":");
    const file = join(layout, "blobs", algorithm, hash);
    const bytes = readFileSync(file);
    assert.deepEqual([createHash(algorithm).update(bytes).digest("hex"), bytes.length], [hash, size]);
    return file;
  };
  assert.equal(read("oci-layout").imageLayoutVersion, "1.0.0");
  const { manifests } = read("index.json");
  assert.equal(manifests.length, 1);
  const manifest = JSON.parse(readFileSync(blob(manifests[0]), "utf8"));
  for (const layer of manifest.layers) done("tar", ["-xf", blob(layer), "-C", system]);
  chmodSync(system, 0o755);
  return { manifest, config: JSON.parse(readFileSync(blob(manifest.config), "utf8")), system };
}

test("it is small, and holds the program and its licences alone", (t) => {
  const { config, manifest, system } = image(t);
  const { size } = statSync(released(/\.oci\.tar$/));
  t.diagnostic(`${size} bytes`);
  assert.ok(size <= 15 * MIB, `${size} bytes`);
  assert.equal(manifest.layers.length, 1);
  assert.deepEqual(readdirSync(system).sort(), ["iteras-gate", "third-party.txt"]);
  const { User, Entrypoint, Cmd, WorkingDir } = config.config;
  assert.deepEqual(
    [User, Entrypoint, Cmd, WorkingDir],
    ["65534:65534", ["/iteras-gate"], ["--config", "gate.toml"], "/etc/iteras"],
  );
  assert.equal(config.os, "linux");
});

test("it runs as a user who owns nothing, on a file system that can't be written", async (t) => {
  const { config, system } = image(t);
  const settings = join(system, config.config.WorkingDir);
  mkdirSync(settings, { recursive: true });
  const written = readFileSync(join(root, "crates/gate/packaging/gate.toml"), "utf8");
  writeFileSync(join(settings, "gate.toml"), written.replace("127.0.0.1:8086", "127.0.0.1:0"));
  writeFileSync(join(settings, "pass-key"), KEY, { mode: 0o444 });
  // As with --read-only; the mount is gone with the namespace that it is in.
  const { Entrypoint, Cmd, User, WorkingDir } = config.config;
  const [user, group] = User.split(":");
  const inside = `mount --bind ${system} ${system} && mount -o remount,bind,ro ${system} &&
    exec setpriv --no-new-privs --clear-groups \
    unshare --root=${system} --wd=${WorkingDir} --setuid=${user} --setgid=${group} "$@"`;
  const gate = await start(t, "unshare", ["--mount", "sh", "-c", inside, "sh", ...Entrypoint, ...Cmd], (line) => {
    assert.ok(line.startsWith("{"), line);
    const { message, address } = JSON.parse(line);
    return message == "listening" ? Number(address.split(":").pop()) : undefined;
  });
  const status = readFileSync(`/proc/${gate.child.pid}/status`, "utf8");
  assert.match(status, new RegExp(`^Uid:(\\t${NOBODY}){4}$`, "m"));
  assert.match(status, new RegExp(`^Gid:(\\t${NOBODY}){4}$`, "m"));
  assert.match(status, /^CapEff:\t0+$/m);
  assert.equal((await ask(gate.told, { path: "/readyz" })).body, "ready\n");
  const host = "www.pub.example";
  assert.equal((await ask(gate.told, { host, headers: ["X-Original-URI: /articles/1"] })).status, 401);
});
