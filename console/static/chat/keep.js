// What a browser keeps for us; where it refuses (some frames do), for as long as the page is open.

const memory = new Map();

export const keep = {
  get(key) {
    try {
      return localStorage.getItem(key) ?? memory.get(key) ?? null;
    } catch {
      return memory.get(key) ?? null;
    }
  },
  set(key, value) {
    memory.set(key, value);
    try {
      localStorage.setItem(key, value);
    } catch {
      // blocked or full: the copy in memory has to do
    }
  },
  remove(key) {
    memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // nothing was kept
    }
  },
  /** The keys that begin with `prefix`. */
  keys(prefix) {
    const found = new Set(memory.keys());
    try {
      for (let place = 0; place < localStorage.length; place += 1) found.add(localStorage.key(place));
    } catch {
      // memory alone
    }
    return [...found].filter((key) => key.startsWith(prefix));
  },
  /** Keep what begins with `prefix` under another one. */
  move(prefix, other) {
    for (const key of keep.keys(prefix)) {
      keep.set(other + key.slice(prefix.length), keep.get(key));
      keep.remove(key);
    }
  },
};
