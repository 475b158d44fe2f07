// Checks pasted pages, and files, by the same rules as `iteras check-site`: they are a module of WebAssembly, and this
// script only reads the form, has pages measured, and shows the report.
import start, { addressOfPage, check, constants, formOfAnswer, formOfFile, places } from "./check/check.js";
import { measure } from "./check-frames.js";
import { blocks, summary } from "./check-report.js";

const byId = (id) => document.getElementById(id);
const form = byId("check-form");
const [html, address, policy, picker, chosen] = ["html", "address", "policy", "files", "chosen"].map(byId);
const ready = start({ module_or_path: fetch(new URL("./check/check.wasm", import.meta.url)) });
let files = [];
let last = { text: "", json: "" };
let runs = 0;

function say(text, isWrong = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("wrong", isWrong);
}

// A promise that fails says so; the checker itself may not have come.
function told(work) {
  return async (event) => {
    try {
      await ready.catch((error) => {
        throw new Error(`The checker did not load: ${error.message || error}`);
      });
      await work(event);
    } catch (error) {
      say(error.message || `${error}`, true);
    }
  };
}

// --- Pages and files ---

const isSheet = ({ name }) => /\.css$/i.test(name);

async function add(list) {
  const { longest } = JSON.parse(constants());
  for (const file of list) {
    if (file.size > longest) throw new Error(`${file.name}: expected at most ${longest} bytes, got ${file.size}`);
    const { name } = file;
    const one = { name, text: await file.text() };
    files = [...files.filter((other) => other.name != name), one];
  }
  showFiles();
}

function showFiles() {
  chosen.replaceChildren(
    ...files.map(({ name }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "linklike";
      button.textContent = "Remove";
      button.setAttribute("aria-label", `Remove ${name}`);
      button.addEventListener("click", () => {
        files = files.filter((other) => other.name != name);
        showFiles();
        picker.focus();
      });
      item.append(`${name} `, button);
      return item;
    }),
  );
  chosen.hidden = !files.length;
}

// The sources, as the module takes them. A file's address is its name below the one that was typed, unless it is the
// only page.
function sources() {
  const where = address.value.trim() && addressOfPage(address.value);
  const given = files
    .filter((file) => !isSheet(file))
    .map(({ name, text }) => ({ name, address: "", policies: "", text, form: formOfFile(name) }));
  if (html.value.trim()) {
    given.unshift({ name: where || "pasted page", address: "", policies: "", text: html.value, form: "page" });
  }
  const pages = given.filter((source) => source.form == "page");
  for (const page of pages) {
    page.policies = policy.value;
    if (where)
      page.address =
        page == pages[0] && (html.value.trim() || pages.length == 1) ? where : new URL(page.name, where).href;
  }
  return given;
}

// --- The check ---

async function run() {
  const mine = ++runs;
  const given = sources();
  if (!given.length) throw new Error("Paste a page, or choose files, first.");
  say("Checking …");
  const request = { sources: given, measured: [] };
  const { measured, notes } = await measure({
    sources: given,
    places: JSON.parse(places(JSON.stringify(request))),
    constants: JSON.parse(constants()),
    sheets: files.filter(isSheet),
    loads: byId("loads").checked,
  });
  const { report, text, unmeasured } = JSON.parse(check(JSON.stringify({ ...request, measured })));
  // Somebody has asked again in the meantime.
  if (mine != runs) return;
  report.unread = [...notes, ...unmeasured];
  last = {
    text: [text, ...report.unread.map((sentence) => `not looked at: ${sentence}`)].join("\n"),
    json: JSON.stringify(report, null, 2),
  };
  byId("report").replaceChildren(...blocks(report));
  byId("result").hidden = false;
  byId("result").dataset.findings = report.findings;
  byId("summary").textContent = summary(report);
  say(summary(report));
  byId("summary").focus();
}

// --- A page that may be read ---

async function read() {
  const where = addressOfPage(address.value);
  say(`Reading ${where} …`);
  const answer = new URL(where).origin == location.origin ? await readOwn(where) : await readOther(where);
  const { status, type, policies, text } = answer;
  if (status != 200) throw new Error(`${where}: expected status 200, got ${status}`);
  if (formOfAnswer(type) != "page") throw new Error(`${where}: expected a page, got ${type || "something else"}`);
  html.value = text;
  if (policies) policy.value = policies;
  say(`Read ${where}: ${text.length} characters. Now have it checked.`);
}

async function readOwn(where) {
  const response = await fetch(where, { credentials: "omit" });
  const header = (name) => response.headers.get(name) || "";
  return {
    status: response.status,
    type: header("content-type"),
    policies: header("content-security-policy"),
    text: await response.text(),
  };
}

// The policy of this page lets it ask nobody but its own site, so that nothing that was pasted can leave. Addresses of
// others are read in a frame of their own, which gets the address and nothing else.
function readOther(where) {
  return new Promise((done, failed) => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.title = "Reads one address";
    frame.tabIndex = -1;
    frame.className = "offstage";
    frame.src = new URL("./check/reader.html", import.meta.url);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      frame.remove();
      port1.close();
      if (data) done(data);
      else {
        failed(
          new Error(
            `The browser may not read ${where}: its server does not let other sites' pages read it (CORS), or does not answer. ` +
              "Open it in a tab, take “View page source”, copy all of it and paste it here.",
          ),
        );
      }
    };
    frame.addEventListener("load", () => frame.contentWindow.postMessage(where, "*", [port2]), { once: true });
    document.body.append(frame);
  });
}

// --- Copies ---

async function copy(text, name) {
  try {
    await navigator.clipboard.writeText(text);
    byId("copied").textContent = `Copied as ${name}.`;
  } catch {
    // Not a secure context, or the reader said no: left to the keyboard.
    byId("by-hand").hidden = false;
    byId("copy-text").value = text;
    byId("copy-text").select();
    byId("copied").textContent = "The browser does not let this page copy: it is selected below.";
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  told(run)(event);
});
form.addEventListener("reset", () => {
  runs++;
  files = [];
  showFiles();
  byId("result").hidden = true;
  say("");
});
byId("read").addEventListener("click", told(read));
picker.addEventListener(
  "change",
  told(async () => {
    await add(picker.files);
    // So that the same file can be chosen again.
    picker.value = "";
  }),
);
for (const name of ["dragenter", "dragover"]) {
  form.addEventListener(name, (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("over");
  });
}
form.addEventListener("dragleave", (event) => {
  if (!form.contains(event.relatedTarget)) form.classList.remove("over");
});
form.addEventListener("drop", (event) => {
  form.classList.remove("over");
  const { files: dropped } = event.dataTransfer;
  if (!dropped.length) return;
  event.preventDefault();
  told(() => add(dropped))(event);
});
byId("copy-as-text").addEventListener("click", () => copy(last.text, "text"));
byId("copy-as-json").addEventListener("click", () => copy(last.json, "JSON"));
ready.then(
  () => (form.dataset.ready = ""),
  (error) => say(`The checker did not load: ${error.message || error}`, true),
);
