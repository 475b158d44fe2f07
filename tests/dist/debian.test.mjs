// The Debian packages, installed here: the unit, the configuration that upgrades keep, and what is left.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { done, folder, installed, KEY, packageOf, run } from "./harness.mjs";

const CONFIG = "/etc/iteras/gate.toml";
const UNIT = "iteras-gate.service";

// A later version of the package, in which `change` was at work.
function later(t, version, change = () => {}) {
  const path = join(folder(t), "package");
  done("dpkg-deb", ["--raw-extract", packageOf("iteras-gate"), path]);
  const control = join(path, "DEBIAN/control");
  const text = readFileSync(control, "utf8");
  writeFileSync(control, text.replace(/^Version: .*$/m, `Version: ${version}`));
  assert.notEqual(readFileSync(control, "utf8"), text);
  change(path);
  done("dpkg-deb", ["--build", "--root-owner-group", path, `${path}.deb`]);
  return `${path}.deb`;
}

const version = () => done("dpkg-query", ["--show", "--showformat", "${Version}", "iteras-gate"]);

test("installed, both programs run and their pages are found", (t) => {
  installed(t, "iteras", "iteras-gate");
  for (const name of ["iteras", "iteras-gate"]) {
    assert.match(done(name, ["--version"]), new RegExp(`^${name} \\d`));
    assert.match(done("man", ["--where", name]), new RegExp(`^/usr/share/man/man1/${name}\\.1`));
    assert.ok(existsSync(`/usr/share/bash-completion/completions/${name}`));
    assert.ok(existsSync(`/usr/share/zsh/vendor-completions/_${name}`));
    assert.ok(existsSync(`/usr/share/fish/vendor_completions.d/${name}.fish`));
  }
  assert.match(run("dpkg", ["--verify", "iteras", "iteras-gate"]).out, /^$/);
});

test("the unit is sound and gives the program little", (t) => {
  installed(t, "iteras-gate");
  const checked = run("systemd-analyze", ["verify", UNIT]);
  assert.deepEqual([checked.code, checked.err], [0, ""]);
  const [, exposure] = /exposure level for iteras-gate\.service: ([\d.]+)/.exec(
    done("systemd-analyze", ["security", "--offline=true", "--threshold=20", UNIT]),
  );
  t.diagnostic(`exposure ${exposure}`);
  assert.ok(Number(exposure) <= 2, exposure);
});

test("the configuration that comes with it makes sense with a key beside it", (t) => {
  installed(t, "iteras-gate");
  const check = () => run("iteras-gate", ["--config", "gate.toml", "--check"], { cwd: "/etc/iteras" });
  assert.match(check().err, /keys\.2026\.file: can't be read/);
  writeFileSync("/etc/iteras/pass-key", `${KEY}\n`, { mode: 0o600 });
  assert.deepEqual(check(), { code: 0, out: "gate.toml: sound\n", err: "" });
  // As systemd starts it: from another folder, with copies of the keys in one of the service's own.
  const env = { ...process.env, CREDENTIALS_DIRECTORY: "/etc/iteras" };
  assert.equal(run("iteras-gate", ["--config", CONFIG, "--check"], { cwd: "/", env }).code, 0);
  // An empty credential, as the unit hands it on for a file that is missing.
  const [, missing] = /^SetCredential=pass-key:(.*)$/m.exec(readFileSync(`/lib/systemd/system/${UNIT}`, "utf8"));
  writeFileSync("/etc/iteras/pass-key", missing);
  assert.match(check().err, /keys\.2026: /);
});

test("an upgrade keeps an edited configuration, and so does the way back", (t) => {
  installed(t, "iteras-gate");
  const first = version();
  const edited = readFileSync(CONFIG, "utf8").replace("www.pub.example", "www.edited.example");
  writeFileSync(CONFIG, edited);
  done("dpkg", ["--install", later(t, "99.1-1")]);
  assert.deepEqual([version(), readFileSync(CONFIG, "utf8")], ["99.1-1", edited]);
  // Debian asks about a file that both have changed, and nobody is there to answer.
  const changed = later(t, "99.2-1", (path) => writeFileSync(join(path, CONFIG), "# of another version\n"));
  done("dpkg", ["--force-confdef", "--force-confold", "--install", changed]);
  assert.deepEqual([version(), readFileSync(CONFIG, "utf8")], ["99.2-1", edited]);
  done("dpkg", ["--force-confdef", "--force-confold", "--install", packageOf("iteras-gate")]);
  assert.deepEqual([version(), readFileSync(CONFIG, "utf8")], [first, edited]);
});

test("removed, it leaves the configuration; purged, the keys", (t) => {
  installed(t, "iteras-gate");
  writeFileSync("/etc/iteras/pass-key", KEY);
  done("dpkg", ["--remove", "iteras-gate"]);
  assert.ok(existsSync(CONFIG) && !existsSync("/usr/bin/iteras-gate"));
  done("dpkg", ["--purge", "iteras-gate"]);
  assert.ok(!existsSync(CONFIG) && existsSync("/etc/iteras/pass-key"));
  rmSync("/etc/iteras", { recursive: true });
});
