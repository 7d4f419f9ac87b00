/** What follows # in a link, and what the tab remembers. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Memory, readFragment, takeFragment } from "../../app/static/booth/code.js";

const CODE = "43Bk6-zGZhsk-15RrZ-zxfU1L";

function define(values) {
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

/** A page at this address, with these ids on it and this store, as far as the module looks at one. */
function page(hash, ids = [], store = new Map()) {
  const replaced = [];
  define({
    location: { hash, pathname: "/rosta/2026", search: "" },
    history: { state: null, replaceState: (_state, _title, address) => replaced.push(address) },
    document: { getElementById: (id) => (ids.includes(id) ? {} : null) },
    sessionStorage: { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value) },
  });
  return replaced;
}

test("the code is taken out of the address", () => {
  const replaced = page(`#${CODE}`);
  assert.equal(takeFragment(), CODE);
  assert.deepEqual(replaced, ["/rosta/2026"]);
});

test("a place on the page is no code and stays", () => {
  const replaced = page("#main", ["main"]);
  assert.equal(takeFragment(), null);
  assert.deepEqual(replaced, []);
});

test("what is badly escaped is taken out too", () => {
  const replaced = page("#%E5%");
  assert.equal(takeFragment(), "%E5%");
  assert.deepEqual(replaced, ["/rosta/2026"]);
});

test("what mail programs leave at the end of a link is dropped", () => {
  for (const tail of ["", ".", ",", ")", ">", " ", "”.", "/", "]:", "\u200b", "\u00a0"]) {
    assert.deepEqual(readFragment(CODE + tail), { credential: CODE }, tail);
  }
  assert.equal(readFragment(CODE.slice(0, 14)).problem, "length");
});

test("the tab remembers for one edition", () => {
  const store = new Map();
  page("", [], store);
  const memory = new Memory("2026");
  assert.deepEqual(memory.read(), {});
  memory.write({ code: CODE });
  assert.deepEqual(new Memory("2026").read(), { code: CODE });
  assert.deepEqual(new Memory("2027").read(), {});
});

test("without storage, or with something else in it, the tab still remembers until it is reloaded", () => {
  page("");
  define({ sessionStorage: { getItem: () => "{broken", setItem: () => { throw new Error("full"); } } });
  const memory = new Memory("2028");
  assert.deepEqual(memory.read(), {});
  memory.write({ code: CODE });
  assert.deepEqual(memory.read(), { code: CODE });
});
