// What the client puts into a page as `dd`. The twin fills in BASE and HOLDER; every call is a script of the twin's own,
// so that a page needs to allow nothing but this file's host.
"use strict";
(function () {
  var BASE = "__BASE__", HOLDER = "__HOLDER__", number = 0;

  function call(name, given, success, fail) {
    var answer = "__dd_" + (number += 1), script = document.createElement("script");
    window[answer] = function (told) {
      delete window[answer];
      script.remove();
      if (told.ok) { if (success) success(told.result); } else if (fail) fail(told.error);
    };
    script.src = BASE + "/dd/" + name + "?callback=" + answer + "&holder=" + encodeURIComponent(HOLDER) +
      "&page=" + encodeURIComponent(location.href) + "&given=" + encodeURIComponent(JSON.stringify(given));
    document.head.appendChild(script);
  }

  // The newer names take success and fail beside the parameters and also return a promise.
  function fresh(name) {
    return function (given) {
      given = given || {};
      return new Promise(function (resolve, reject) {
        call(name, given, function (told) { if (given.success) given.success(told); resolve(told); },
          function (told) { if (given.fail) given.fail(told); else if (!given.success) reject(told); });
      });
    };
  }

  // A page that says who it is has to prove it: `ready` waits for the answer, and a wrong signature goes to `error`.
  var asking = 0, waiting = [], broken = [];
  function config(given) {
    asking += 1;
    call("config", given || {}, function () {
      asking -= 1;
      waiting.splice(0).forEach(function (then) { then(); });
    }, function (trouble) {
      waiting = [];
      broken.forEach(function (told) { told(trouble); });
    });
  }
  function ready(then) { if (asking) waiting.push(then); else setTimeout(then, 0); }

  // The older ones take onSuccess and onFail.
  function old(name) {
    return function (given) { given = given || {}; call(name, given, given.onSuccess, given.onFail); };
  }

  window.dd = {
    env: { platform: "android", version: "8.0.0" },
    ready: ready,
    error: function (told) { broken.push(told); },
    config: config,
    requestAuthCode: fresh("requestAuthCode"),
    getLocation: fresh("getLocation"),
    scan: fresh("scan"),
    chooseImage: fresh("chooseImage"),
    uploadFile: fresh("uploadFile"),
    exclusiveLiveCheck: fresh("exclusiveLiveCheck"),
    runtime: { permission: { requestAuthCode: old("requestAuthCode") } },
    device: { geolocation: { get: old("geolocationGet") } },
    biz: { util: { scan: old("scan") } },
  };
})();
