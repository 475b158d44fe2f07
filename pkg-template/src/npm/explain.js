// Lines on the console in full: whoever uses the package is a developer. The scripts for a tag, whose bytes readers
// download, say no more than the lines' first half.
const REST = [
  [/^no option /, " What nobody reads counts as missing."],
  [/^no paywallid: /, '; name those that open this page: { paywallid: ["…"] }'],
  [/^no iteras.meter.js/, '; import "iteras/meter" first: until then this wall gives nothing away'],
  [/^this pass is for /, "; the reader is not let in, with reason wrongpaywall"],
];

/** The line with what a developer may want to know besides. */
export const explain = (line) => line + (REST.find(([start]) => start.test(line)) || ["", ""])[1];
