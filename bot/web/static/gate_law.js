"use strict";
// The law of the gate once more, as workflow/gate_pass.py has it: a test holds the two equal. Times are seconds.
globalThis.gateLaw = (() => {
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", CONTEXT = new TextEncoder().encode("permitbot.gate.v1\n");
  const SKEW = 120, SIGNATURE = 64, HEAD = 8, MAY_ENTER = 1;
  const REFUSED = { 2: "suspended", 3: "ended", 4: "voided", 5: "expired", 6: "not_issued" };
  const hex = raw => Array.from(raw, one => one.toString(16).padStart(2, "0")).join("");

  const letters = text => {
    const found = new Uint8Array(Math.floor(text.length * 5 / 8));
    let bits = 0, held = 0, at = 0;
    for (const one of text) {
      const value = LETTERS.indexOf(one);
      if (value < 0) throw new Error("a strange letter");
      held = (held << 5 | value) & 0xfff; bits += 5;
      if (bits >= 8) { bits -= 8; found[at++] = held >> bits & 0xff; }
    }
    return found;
  };

  // A reader of big-endian numbers and of texts with their length before them.
  const reader = raw => {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    let at = 0;
    const step = (count, read) => { const found = read(at); at += count; return found; };
    const bytes = count => {
      if (at + count > raw.length) throw new Error("ends too early");
      return step(count, here => raw.slice(here, here + count));
    };
    return {
      u8: () => step(1, here => view.getUint8(here)), u16: () => step(2, here => view.getUint16(here)),
      u32: () => step(4, here => view.getUint32(here)), u64: () => step(8, here => Number(view.getBigUint64(here))),
      bytes, over: () => at === raw.length,
    };
  };
  const text = from => new TextDecoder("utf-8", { fatal: true }).decode(from.bytes(from.u8()));

  const readPass = from => {
    const found = { issued: from.u32(), start: from.u32(), end: from.u32(), standing: from.u8(), people: from.u8(), version: from.u32() };
    from.bytes(HEAD);
    for (const name of ["site", "number", "work", "place", "guardian"]) found[name] = text(from);
    if (!from.over() || found.end <= found.start || (found.standing !== MAY_ENTER && !REFUSED[found.standing])) throw new Error("no pass");
    return found;
  };
  const readList = from => {
    const found = { number: from.u64(), issued: from.u32(), expires: from.u32(), early: from.u16() * 60, entries: new Map() };
    const count = from.u16();
    found.site = text(from);
    let before = "";
    for (let one = 0; one < count; one++) {
      const key = hex(from.bytes(8)), standing = from.u8();
      if (key <= before || (standing !== MAY_ENTER && !REFUSED[standing])) throw new Error("no list");
      found.entries.set(before = key, standing);
    }
    if (!from.over()) throw new Error("no list");
    return found;
  };

  // What a scanner typed, whatever the keyboard made of it.
  const opened = typed => {
    const [, prefix, body] = /^(PTG1|PTL1):([A-Z2-7]+)$/.exec(typed.normalize("NFKC").replace(/\s/g, "").toUpperCase()) || [];
    if (!prefix) throw new Error("neither a pass nor a list");
    const raw = letters(body);
    if (raw.length < 5 + SIGNATURE || raw[0] !== (prefix === "PTG1" ? 80 : 76)) throw new Error("too short, or of another kind");
    // Nothing of it is read before its signature is good.
    const signed = raw.slice(0, -SIGNATURE), message = new Uint8Array(CONTEXT.length + signed.length);
    message.set(CONTEXT); message.set(signed, CONTEXT.length);
    const read = prefix === "PTG1" ? readPass : readList;
    return { key: hex(signed.slice(1, 5)), message, signature: raw.slice(-SIGNATURE), list: prefix === "PTL1", read: () => read(reader(signed.slice(5))) };
  };

  // [verdict] of what is false or foreign, else ["", content].
  const checked = async (found, site, keys) => {
    const key = keys.find(one => one.id === found.key);
    if (!key) return ["foreign"];
    const raw = Uint8Array.from(atob(key.x.replace(/-/g, "+").replace(/_/g, "/")), one => one.charCodeAt(0));
    const open = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    if (!await crypto.subtle.verify("Ed25519", open, found.signature, found.message)) return ["forged"];
    const content = found.read();
    return content.site === site ? ["", content] : ["foreign"];
  };
  const able = async () => {
    try {
      await crypto.subtle.importKey("raw", new Uint8Array([0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9,
        0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a]), "Ed25519", false, ["verify"]);
      return true;
    } catch (none) { return false; }
  };
  const entryKey = async (site, number) =>
    hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${site}\n${number}`))).slice(0, 8));

  const older = (list, seen) => list.number < seen.number || (list.number === seen.number && list.issued < seen.issued);
  const judge = async (now, shown, list, seen) => {
    if (shown.issued > now + SKEW) return "future";
    if (now >= shown.end) return "expired";
    if (!list) return "no_status";
    const told = list.entries.get(await entryKey(shown.site, shown.number));
    if (told !== undefined && told !== MAY_ENTER) return REFUSED[told];
    if (shown.standing !== MAY_ENTER && shown.issued >= list.issued) return REFUSED[shown.standing];
    if (list.issued > now + SKEW || seen.latest > now + SKEW) return "clock";
    if (older(list, seen)) return "rolled_back";
    if (now >= list.expires) return "stale";
    if (told === undefined) return shown.issued > list.issued ? "newer" : "unknown";
    return now < shown.start - list.early ? "early" : "enter";
  };
  return { opened, checked, able, judge, older };
})();
