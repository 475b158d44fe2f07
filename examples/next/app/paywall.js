/** The paywall of all articles, by the same name on the server and in the browser. */
export const PAYWALL = process.env.NEXT_PUBLIC_ITERAS_PAYWALL || "n8fsoupukhv3";
