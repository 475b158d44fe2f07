import { wall } from "iteras";

const verdict = wall({ paywallid: "n8fsoupukhv3" });
document.querySelector("#verdict").textContent = verdict.authorized ? "open" : verdict.reason;
