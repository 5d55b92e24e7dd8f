import "../../mod.ts";
import { runtime } from "../../src/runtime/installed.ts";
import { say } from "../_support/say.ts";
import { assert, assertEquals, assertMatch, assertStrictEquals } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { pathToFileURL } from "node:url";

const { modules } = runtime();
const SAY = new URL("../_support/say.ts", import.meta.url).href;

test("Modules.source() gives the text of a module, and null when it cannot be read", () => {
  assertMatch(modules.source(SAY)!, /export function say/);
  assertEquals(modules.source(new URL("_fixtures/none.ts", import.meta.url).href), null);
  assertEquals(modules.source("file:///"), null);
});

test("Modules.namespace() gives the very module that is loaded, and null for what is no file", async () => {
  assertStrictEquals(modules.namespace(SAY)!.say, say);
  assertEquals((await import(SAY)).say, say);
  for (const other of ["data:text/javascript,", "node:fs"]) assertEquals(modules.namespace(other), null);
});

test("Modules.namespace() loads nothing, and gives what was loaded meanwhile", async () => {
  using folder = new Folder();
  const url = pathToFileURL(folder.write("late.mjs", "globalThis.specLate = true; export const late = 1;")).href;
  assertEquals([modules.namespace(url), "specLate" in globalThis], [undefined, false]);
  await import(url);
  assertEquals([modules.namespace(url)?.late, "specLate" in globalThis], [1, true]);
});

test("Modules.resolve() gives the URL of what a specifier means in a module, and null for what is none and for modules of the runtime's own", () => {
  assertEquals(modules.resolve("../_support/say.ts", import.meta.url), SAY);
  assertMatch(modules.resolve("acorn", import.meta.url)!, /^file:.*acorn/);
  for (const other of ["nobody-has-this", "#nor-this", "node:fs"]) {
    assertEquals(modules.resolve(other, import.meta.url), null);
  }
});

test("Modules.listed() has the modules that the program has loaded", () => {
  assert(modules.listed(false).includes(SAY));
});

noLeaks();
