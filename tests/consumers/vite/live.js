import { configure, logoutFromWall } from "iteras";

import "iteras/elements";

configure({ base: "http://127.0.0.1:4802" });
document.querySelector("#log-out").addEventListener("click", () => logoutFromWall());
