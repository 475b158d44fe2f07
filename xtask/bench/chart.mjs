// Charts of the benches, as SVG for docs/charts/: plain enough for a README in light and dark.
const INK = "#5b6470";
const COLOURS = [
  "#2f6f9f",
  "#b4552d",
  "#3d7d4a",
  "#8a4f9e",
  "#a67c00",
  "#35848a",
  "#9c3b52",
  "#5c6bc0",
  "#6d7b2f",
  "#444",
];
const FONT = 'font-family="system-ui, sans-serif" font-size="12"';

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const text = (x, y, words, more = "") => `<text x="${x}" y="${y}" fill="${INK}" ${more}>${escaped(words)}</text>`;

function document(title, width, height, content) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ${FONT}>
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${text(12, 20, title, 'font-weight="600"')}
${content.join("\n")}
</svg>
`;
}

/** Bars one below the other: `rows` are `{ name, value, shown, limit }`, `limit` drawn as a mark. */
export function bars({ title, rows }) {
  const [left, width, high] = [250, 760, 24];
  const most = Math.max(...rows.flatMap(({ value, limit }) => [value, limit ?? 0]));
  const scale = (value) => Math.max(1, Math.round((value / most) * (width - left - 90)));
  const content = rows.flatMap(({ name, value, shown = String(value), limit }, at) => {
    const y = 36 + at * high;
    const bar = `<rect x="${left}" y="${y}" width="${scale(value)}" height="${high - 8}" fill="${COLOURS[0]}"/>`;
    const mark = `<rect x="${left + scale(limit ?? 0)}" y="${y - 3}" width="2" height="${high - 2}" fill="${COLOURS[1]}"/>`;
    const words = [text(left - 8, y + 12, name, 'text-anchor="end"'), text(left + scale(value) + 8, y + 12, shown)];
    return [bar, ...(limit == null ? [] : [mark]), ...words];
  });
  return document(title, width, 44 + rows.length * high, content);
}

/** Lines in a square of logarithms: `series` are `{ name, points: [[x, y], …] }`, with `x` and `y` above 0. */
export function lines({ title, series, x: nameOfX, format = String }) {
  const [left, top, width, height, names] = [70, 40, 420, 320, 300];
  const points = series.flatMap((one) => one.points);
  const exponents = (of) => [
    Math.floor(Math.log10(Math.min(...points.map((point) => point[of])))),
    Math.ceil(Math.log10(Math.max(...points.map((point) => point[of])))),
  ];
  const [[leastX, mostX], [leastY, mostY]] = [exponents(0), exponents(1)];
  const x = (value) => left + ((Math.log10(value) - leastX) / (mostX - leastX || 1)) * width;
  const y = (value) => top + height - ((Math.log10(value) - leastY) / (mostY - leastY || 1)) * height;
  const content = [];
  for (let power = leastX; power <= mostX; power += 1) {
    const at = x(10 ** power).toFixed(1);
    content.push(`<path d="M${at} ${top}V${top + height}" stroke="#e3e6ea"/>`);
    content.push(text(at, top + height + 18, (10 ** power).toLocaleString("en"), 'text-anchor="middle"'));
  }
  for (let power = leastY; power <= mostY; power += 1) {
    const at = y(10 ** power).toFixed(1);
    content.push(`<path d="M${left} ${at}H${left + width}" stroke="#e3e6ea"/>`);
    content.push(text(left - 6, Number(at) + 4, format(10 ** power), 'text-anchor="end"'));
  }
  content.push(text(left + width / 2, top + height + 38, nameOfX, 'text-anchor="middle"'));
  for (const [at, { name, points: own }] of series.entries()) {
    const colour = COLOURS[at % COLOURS.length];
    const path = own.map(([one, other]) => `${x(one).toFixed(1)},${y(other).toFixed(1)}`).join(" ");
    content.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    content.push(`<rect x="${left + width + 20}" y="${top + at * 20}" width="14" height="4" fill="${colour}"/>`);
    content.push(text(left + width + 42, top + 6 + at * 20, name));
  }
  return document(title, left + width + names, top + height + 52, content);
}
