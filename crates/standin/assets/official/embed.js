// The content of the double's frames: their side of its messages (companion, "The double").
(function () {
  "use strict";

  var data = document.body.dataset;
  var ancestors = window.location.ancestorOrigins;
  var known = ancestors && ancestors.length ? ancestors[0] : data.site;
  var sites = data.sites ? data.sites.split(" ") : [];
  var lastHeight = 0;

  if (data.console) console.error(data.console);
  if (!data.frame || window.parent === window) return;

  // Always to an exact origin: the embedding page's where it is known and registered, else each registered one.
  function say(verb, argument) {
    sites
      .filter(function (site) {
        return !known || site === known;
      })
      .forEach(function (site) {
        window.parent.postMessage("double/" + data.frame + " " + verb + " " + argument, site);
      });
  }

  function tall() {
    var height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height > 0 && height !== lastHeight) say("tall", (lastHeight = height));
  }

  function leave() {
    if (data.go) say("go", data.go);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if ("sendPass" in button.dataset) leave();
    if (button.dataset.navigate) say("go", button.dataset.navigate);
  });

  tall();
  new ResizeObserver(tall).observe(document.documentElement);
  if (data.pass) say("keep", data.pass);
  if (data.passWhen === "now") leave();
  if (data.passWhen === "soon") setTimeout(leave, 5000);
})();
