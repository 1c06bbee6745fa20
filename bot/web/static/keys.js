"use strict";
// Enrols a key or signs with one. Where the browser has no keys the page shows how to open it in one that has.
(() => {
  const act = document.querySelector("[data-ceremony]");
  const [told, go, elsewhere, copy, address] = ["told", "go", "elsewhere", "copy", "address"].map(id => document.getElementById(id));
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), one => one.charCodeAt(0));
  const text = raw => btoa(String.fromCharCode(...new Uint8Array(raw))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const say = (words, tone) => { told.textContent = words; act.dataset.tone = tone || ""; };

  const post = async (step, body) => {
    const answer = await fetch(location.pathname + "/" + step, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), credentials: "omit",
    });
    return answer.json();
  };
  const named = list => (list || []).map(one => ({ ...one, id: bytes(one.id) }));

  const sign = async options => {
    const made = await navigator.credentials.get({ publicKey: {
      ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) } });
    const from = made.response;
    return { id: made.id, rawId: text(made.rawId), type: made.type, response: {
      clientDataJSON: text(from.clientDataJSON), authenticatorData: text(from.authenticatorData), signature: text(from.signature) } };
  };
  const enrol = async options => {
    const made = await navigator.credentials.create({ publicKey: {
      ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: named(options.excludeCredentials) } });
    const from = made.response;
    return { id: made.id, rawId: text(made.rawId), type: made.type, response: {
      clientDataJSON: text(from.clientDataJSON), attestationObject: text(from.attestationObject) } };
  };

  const run = async () => {
    go.disabled = true;
    say(act.dataset.asking);
    try {
      const begun = await post("begin", {});
      if (!begun.ok) { go.hidden = true; say(begun.text, "danger"); return; }
      let made;
      try {
        made = await (act.dataset.ceremony === "sign" ? sign : enrol)(begun.options);
      } catch (refused) {
        say(act.dataset.notAsked, "warn");
        return;
      }
      const ended = await post("finish", made);
      go.hidden = ended.ok || act.dataset.ceremony === "sign";
      say(ended.text, ended.ok ? "good" : "danger");
    } catch (broken) {
      say(act.dataset.trouble, "danger");
    } finally {
      go.disabled = false;
    }
  };

  const able = async () => Boolean(window.isSecureContext && window.PublicKeyCredential && navigator.credentials
    && await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());
  able().catch(() => false).then(here => {
    go.hidden = !here;
    elsewhere.hidden = here;
  });
  go.addEventListener("click", run);
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    address.select();
    try { await navigator.clipboard.writeText(address.value); } catch (old) { document.execCommand("copy"); }
    say(act.dataset.copied);
  });
})();
