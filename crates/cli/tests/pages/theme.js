// A theme's script.
window.Iteras = window.Iteras || {};
Iteras.isLoggedIn = function () {
  return /iteraspass=/.test(document.cookie);
};
jQuery(function ($) {
  $(".log-out").on("click", function () {
    Iteras.logoutFromWall();
    location.reload();
  });
  if (Iteras.isLoggedIn()) $("body").addClass("in");
});
