"use strict";
// What the phone keeps until it has arrived: entries in localStorage, photos in IndexedDB, both under whose page it is.
window.ptwStore = who => {
  const key = "ptw:" + who;
  const memory = new Map();

  const opened = new Promise(resolve => {
    try {
      const asked = indexedDB.open("ptw", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("photos");
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(null);
    } catch (none) { resolve(null); }
  });
  const within = async (mode, act) => {
    const db = await opened;
    if (!db) return undefined;
    return new Promise(resolve => {
      const deal = db.transaction("photos", mode);
      const asked = act(deal.objectStore("photos"));
      deal.oncomplete = () => resolve(asked.result);
      deal.onerror = deal.onabort = () => resolve(undefined);
    });
  };

  let entries = [];
  const read = () => { try { return JSON.parse(localStorage.getItem(key) || "[]"); } catch (odd) { return []; } };
  const write = () => { try { localStorage.setItem(key, JSON.stringify(entries)); } catch (full) { /* kept in memory */ } };
  entries = read();
  return {
    all: () => entries,
    add: entry => { if (!entries.some(one => one.id === entry.id)) entries.push(entry); write(); },
    save: write,
    drop: id => { entries = entries.filter(one => one.id !== id); write(); memory.delete(id); within("readwrite", kept => kept.delete(key + id)); },
    keepPhoto: async (id, blob) => { memory.set(id, blob); await within("readwrite", kept => kept.put(blob, key + id)); },
    photo: async id => memory.get(id) || within("readonly", kept => kept.get(key + id)),
  };
};
