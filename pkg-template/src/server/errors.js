/** The error for a setting or an argument that makes no sense; never holds a key. */
export const badOption = (sentence) => Object.assign(new Error(sentence), { code: "bad_option" });
