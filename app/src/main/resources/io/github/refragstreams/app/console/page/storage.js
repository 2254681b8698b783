// What the page keeps. A browser may allow it no storage, or no more: then its own memory, which ends with the page.

/** Strings by key, of the kind of `Storage`; nothing here throws. */
class Kept {
  #storage;
  /** What the browser has not taken. */
  #own = new Map();

  /** @param storage tells the browser's: where none is allowed, its mere name may throw, or be null */
  constructor(storage) {
    this.#storage = storage;
  }

  /** Null where there is none. */
  get(key) {
    if (this.#own.has(key)) return this.#own.get(key);
    try {
      return this.#storage().getItem(key);
    } catch {
      return null;
    }
  }

  set(key, value) {
    try {
      this.#storage().setItem(key, value);
      this.#own.delete(key);
    } catch {
      this.#own.set(key, value);
    }
  }

  remove(key) {
    this.#own.delete(key);
    try {
      this.#storage().removeItem(key);
    } catch {
      // There is nothing to remove.
    }
  }
}

/** Ends with the tab. */
export const tab = new Kept(() => sessionStorage);
/** Stays, for all tabs. */
export const browser = new Kept(() => localStorage);
