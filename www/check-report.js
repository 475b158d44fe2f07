// Shows a report of the checker's module: for each page its findings with their lines, then what becomes of each call.

const make = (name, className, ...content) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content);
  return element;
};

const counted = (count, one, many) => `${count} ${count == 1 ? one : many}`;

/** One sentence: how many findings there are. */
export function summary({ sources, findings, unread }) {
  const of = counted(sources.length, "page or script", "pages and scripts");
  if (findings) return `${counted(findings, "finding", "findings")} in ${of}.`;
  if (unread.length) return `0 findings in ${of}, of which not all could be looked at.`;
  return `0 findings in ${of}: nothing in them stands in the way.`;
}

/** The report as elements; `unread` has a sentence for each thing that could not be looked at. */
export function blocks({ sources, unread }) {
  const shown = sources.map(ofSource);
  if (unread.length) {
    const items = unread.map((sentence) => make("li", "", sentence));
    shown.push(make("section", "unread", make("h3", "", "Not looked at"), make("ul", "", ...items)));
  }
  return shown;
}

function ofSource({ name, scripts, calls, findings }) {
  const section = make("section", "source", make("h3", "", name));
  section.append(findings.length ? make("ol", "findings", ...findings.map(finding)) : make("p", "none", "0 findings."));
  const rows = [
    ...scripts.map((tag) => ({ ...tag, title: `${tag.src} (${tag.kind})` })),
    ...calls.map((call) => ({ ...call, title: written(call) })),
  ].sort((a, b) => a.line - b.line);
  if (rows.length) {
    const list = make("ol", "findings calls", ...rows.map((row) => entry(row, make("code", "", row.title))));
    const title = make("summary", "", `What becomes of ${counted(rows.length, "tag or call", "tags and calls")}`);
    section.append(make("details", "", title, list));
  }
  return section;
}

function finding(one) {
  return entry(one, make("p", "what", one.what), make("code", "", one.code));
}

function entry({ line, companion, replacement }, ...title) {
  const effects = make("dl");
  const effect = (name, text) => effects.append(make("div", "", make("dt", "", name), make("dd", "", ...marked(text))));
  if (companion == replacement) effect("Both", companion);
  else {
    effect("Companion", companion);
    effect("Replacement", replacement);
  }
  return make("li", "", make("p", "line", `Line ${line}`), make("div", "", ...title, effects));
}

// Texts of the module have `code` in them.
function marked(text) {
  return text.split("`").map((part, at) => (at % 2 ? make("code", "", part) : part));
}

function written({ method, options, queued }) {
  const list = options ? (options.length ? `{ ${options.join(", ")} }` : "") : "…";
  return `Iteras.${method}(${list})${queued ? " (queued)" : ""}`;
}
