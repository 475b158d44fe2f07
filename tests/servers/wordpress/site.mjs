// A real WordPress, from Debian's package, with MariaDB and PHP's own server, in a folder of the test.
import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { EDITOR_KEY, folder, freePort, HOST, programs, root, start } from "../harness.mjs";

const run = promisify(execFile);
const own = (name) => join(root, "tests/servers/wordpress", name);

export const CHIEF = { name: "chief", password: "a password of the chief" };

/** Its port, and the ids and paths of what is in it. */
export async function startWordPress(t) {
  const [path, socket] = [folder(t), join(folder(t), "db.sock")];
  const site = join(path, "site");
  await startDatabase(t, path, socket);
  cpSync(programs.wordpress, site, { recursive: true, dereference: true });
  writeFileSync(join(site, "wp-config.php"), config(socket));
  for (const name of ["mu-plugins", "uploads"]) mkdirSync(join(site, "wp-content", name), { recursive: true });
  cpSync(own("theme"), join(site, "wp-content/themes/ours"), { recursive: true });
  cpSync(own("form.php"), join(site, "wp-content/mu-plugins/form.php"));
  // To the letter as the guide has it.
  const guide = readFileSync(join(root, "docs/guides/wordpress.md"), "utf8");
  const [snippet] = /<\?php \/\/ wp-content\/mu-plugins\/iteras-editor\.php[^]*?(?=```)/.exec(guide);
  writeFileSync(join(site, "wp-content/mu-plugins/iteras-editor.php"), snippet);
  const env = { ...process.env, CHIEF_PASSWORD: CHIEF.password };
  const { stdout } = await run(programs.php, [own("setup.php")], { cwd: site, env });
  const made = JSON.parse(stdout.trim().split("\n").pop());
  const port = await freePort();
  const settings = ["-d", "display_errors=0", "-S", `127.0.0.1:${port}`, "-t", site, own("router.php")];
  const ready = (line) => (line.includes("Development Server") ? true : undefined);
  await start(t, programs.php, settings, ready);
  return { ...made, port };
}

async function startDatabase(t, path, socket) {
  const data = join(path, "data");
  // As root it would become another user, who may not write there.
  const user = process.getuid?.() === 0 ? ["--user=root"] : [];
  chmodSync(path, 0o755);
  const install = ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db"];
  await run(programs.mariadbInstall, [...install, ...user]);
  const settings = ["--no-defaults", `--datadir=${data}`, `--socket=${socket}`, "--skip-networking", ...user];
  await start(t, programs.mariadb, settings, (line) => (line.includes("ready for connections") ? true : undefined));
  const statement = "CREATE DATABASE wordpress";
  await run(programs.mariadbClient, ["--no-defaults", `--socket=${socket}`, "--user=root", `--execute=${statement}`]);
}

const config = (socket) => `<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:${socket}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', "a key of $name");
    define($name . '_SALT', "a salt of $name");
}
define('WP_HOME', 'http://${HOST}');
define('WP_SITEURL', 'http://${HOST}');
define('ITERAS_EDITOR_KEY', '${EDITOR_KEY}');
// Nothing is asked of the world, and nothing runs by itself.
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
`;
