// Asks the client who is there, and goes back with the one-time code. Nothing is kept here.
"use strict";
(function () {
  var place = document.getElementById("login");
  var told = place.dataset;

  function say(text) { place.textContent = text; }

  function back(answer) {
    if (!answer || !answer.code) { say(told.failed); return; }
    location.replace(
      told.back + "?code=" + encodeURIComponent(answer.code) + "&state=" + encodeURIComponent(told.state)
    );
  }

  function failed() { say(told.failed); }

  function ask() {
    if (typeof dd.requestAuthCode === "function") {
      dd.requestAuthCode({ corpId: told.corp, clientId: told.client, success: back, fail: failed });
    } else {
      // Clients before 7.0.45 know the older name only.
      dd.runtime.permission.requestAuthCode({ corpId: told.corp, onSuccess: back, onFail: failed });
    }
  }

  if (typeof dd === "undefined" || (dd.env && dd.env.platform === "notInDingTalk")) {
    say(told.elsewhere);
  } else {
    dd.ready(ask);
  }
})();
