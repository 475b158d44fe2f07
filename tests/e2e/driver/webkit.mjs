// WebKitGTK, by its remote inspector: a browser of its own for each reader, on a screen without a monitor. WebKit's
// WebDriver can't do what these tests need of it: scripts before a page's own, lines on the console, answers to
// requests. The same wire that WebDriver's program uses for input and windows has all of it.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Inspector } from "./webkit-inspector.mjs";
import { Page } from "./webkit-page.mjs";

// By the Navigation API the tests see where a page wants to go. WebKit has it, but not yet for everybody.
const FEATURES = "+NavigationAPI";
const SCREEN = "1600x1200x24";

/** A browser. The flags that a test asks for are Chromium's. */
export async function launch() {
  const screen = await openScreen();
  const contexts = new Set();
  const open = () => {
    const opening = Context.open(screen.name);
    opening.then((context) => contexts.add(context)).catch(() => {}); // who asks for it hears of it
    return opening;
  };
  // The next reader's browser starts while this one's is used.
  let next = open();
  return {
    createBrowserContext() {
      const context = next;
      next = open();
      return context;
    },
    async close() {
      await next.catch(() => {}); // nobody asks for it any more
      await Promise.all([...contexts].map((context) => context.close()));
      await ended(screen.program);
    },
  };
}

/** One reader: cookies and storage of their own, which nobody keeps. */
class Context {
  #program;
  #folder;
  #inspector = new Inspector();
  #pages = new Map();
  // Who waits for a tab to open, and the tab that nobody has asked for yet.
  #opened = [];
  #given = new Map();
  #first;

  // On a machine with other work a browser now and then never opens its socket: nothing of ours has begun by then.
  static async open(screen) {
    for (let tries = 1; ; tries++) {
      const context = new Context();
      try {
        await context.#start(screen);
        return context;
      } catch (error) {
        await context.close();
        if (tries == 3) throw error;
        console.log(`WebKit is started again: ${error.message}`);
      }
    }
  }

  async #start(screen) {
    const port = await freePort();
    this.#folder = mkdtempSync(join(tmpdir(), "iteras-webkit-"));
    const folders = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"].map((name) => [name, this.#folder]);
    this.#program = begin(browser(), ["--automation", `--features=${FEATURES}`], {
      stdio: "ignore",
      // With the processes that it starts it is ended as a group.
      detached: true,
      env: {
        ...process.env,
        // No page here plays anything, and each fresh folder would have all plugins for media looked at anew.
        GST_PLUGIN_SYSTEM_PATH_1_0: this.#folder,
        ...Object.fromEntries(folders),
        DISPLAY: screen,
        WEBKIT_INSPECTOR_SERVER: `127.0.0.1:${port}`,
        NO_AT_BRIDGE: "1",
        // Pictures by the processor: OpenGL without a graphics card takes longer to start than all the rest.
        WEBKIT_DISABLE_DMABUF_RENDERER: "1",
        GSETTINGS_BACKEND: "memory",
      },
    });
    this.#inspector.on("message", (target, message) => this.#pages.get(target)?.hear(message));
    this.#inspector.on("page", (target) => this.#opened.shift()?.(target));
    // The browser comes with a tab, which is the reader's first. What it is told before it has a process is lost, and
    // it gets one when it goes somewhere.
    const first = this.#nextOpened();
    await this.#inspector.open(port);
    const { contexts } = await this.#inspector.automate("getBrowsingContexts");
    const [{ handle }] = contexts;
    await this.#inspector.automate("navigateBrowsingContext", { handle, url: "about:blank", pageLoadStrategy: "None" });
    this.#first = await this.#page(await first, handle);
  }

  async newPage() {
    const first = this.#first;
    this.#first = undefined;
    if (first) return first;
    const opened = this.#nextOpened();
    const { handle } = await this.#inspector.automate("createBrowsingContext", { presentationHint: "Tab" });
    return this.#page(await opened, handle);
  }

  #nextOpened = () => new Promise((found) => this.#opened.push(found));

  async #page(target, handle) {
    const page = new Page(this, this.#inspector, target, handle);
    this.#pages.set(target, page);
    await page.ready();
    return page;
  }

  pages = () => [...this.#pages.values()].filter((page) => !page.isClosed());

  /** All cookies of the reader, as the pages that are open may have them; before there is one, those that were set. */
  async cookies() {
    const page = this.pages().find((page) => /^http/.test(page.url()));
    return page ? page.cookies() : [...this.#given.values()];
  }

  async setCookie(...cookies) {
    for (const cookie of cookies) {
      await this.pages()[0].setCookie(cookie);
      this.#given.set([cookie.name, cookie.domain, cookie.path].join(), cookie);
    }
  }

  async deleteCookie(...cookies) {
    for (const cookie of cookies) {
      await this.pages()[0].deleteCookie(cookie);
      this.#given.delete([cookie.name, cookie.domain, cookie.path].join());
    }
  }

  async close() {
    this.#inspector.close();
    await ended(this.#program);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

// A display server writes the number of its display to the third file that it is given.
async function openScreen() {
  const program = begin(process.env.XVFB || "Xvfb", ["-displayfd", "3", "-screen", "0", SCREEN, "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    detached: true,
  });
  const number = await new Promise((done, failed) => {
    program.stdio[3].once("data", (text) => done(String(text).trim()));
    program.once("error", failed);
    program.once("exit", () => failed(new Error("Xvfb ended before it had a display")));
  });
  return { program, name: `:${number}` };
}

// WebKit's own small browser lies with its library.
function browser() {
  if (process.env.WEBKIT) return process.env.WEBKIT;
  for (const library of ["/usr/lib", "/usr/libexec"]) {
    for (const machine of existsSync(library) ? readdirSync(library) : []) {
      for (const version of ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"]) {
        const file = join(library, machine, version, "MiniBrowser");
        if (existsSync(file)) return file;
      }
    }
  }
  throw new Error("WebKit's MiniBrowser was not found; run: sudo apt-get install webkit2gtk-driver xvfb");
}

function freePort() {
  const server = createServer();
  return new Promise((done) =>
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    }),
  );
}

// Nothing is left behind, however a test file ends.
const running = new Set();
const endAll = () => running.forEach((pid) => process.kill(-pid, "SIGKILL"));
process.on("exit", endAll);
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(1));

// A program as a group of its own, with whatever it starts.
function begin(...command) {
  const program = spawn(...command);
  if (program.pid) running.add(program.pid);
  program.once("exit", () => running.delete(program.pid));
  return program;
}

function ended(program) {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const over = new Promise((done) => program.once("exit", done));
  process.kill(-program.pid, "SIGKILL");
  return over;
}

/** Whether an expression is true in some frame of the page. */
export async function inSomeWorld(page, expression) {
  const answers = await Promise.all(page.frames().map((frame) => frame.evaluate(expression).catch(() => false)));
  return answers.some(Boolean);
}
