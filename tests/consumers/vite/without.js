const verdict = { authorized: location.hash == "#open", reason: "nopass" };
document.querySelector("#verdict").textContent = verdict.authorized ? "open" : verdict.reason;
