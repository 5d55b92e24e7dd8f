/**
 * Child's side of naming: a function from its note. Imports the module that the
 * note names, compares name and text, and refuses rather than chooses when two
 * functions fit. Mirror of `seek.ts`.
 *
 * @module
 */
import { TargetError } from "./errors.ts";
import { type AnyFunction, hashOf, type Note, registeredAs, unnamable } from "./target.ts";

/** Gives the namespace of a module. */
export type Importer = (url: string) => Promise<Readonly<Record<string, unknown>>>;

/**
 * The function of a note.
 *
 * @throws {TargetError} nothing here fits, or more than one does
 */
export async function find(note: Note, load: Importer): Promise<AnyFunction> {
  switch (note.by) {
    case "source": {
      const { compile } = await import("./compile.ts");
      return await compile(note);
    }
    case "task": {
      await load(note.url);
      const fn = registeredAs(note.url, note.name);
      if (fn === undefined) {
        throw unnamable(note.name, `${note.url} does not register it when imported`, "call task() at its top level");
      }
      return fn;
    }
    case "export": {
      const value = (await load(note.url))[note.key];
      if (typeof value === "function" && hashOf(value as AnyFunction) === note.text) return value as AnyFunction;
      throw new TargetError(
        `Cannot run ${note.name} in another process: ${note.url} exports something else as ${note.key} there, make its exports the same in every process`,
        note.name,
      );
    }
    case "text": {
      for (const url of note.urls) {
        const fn = fitting(note, await load(url), url);
        if (fn !== null) return fn;
      }
      throw unnamable(note.name, `it is no export of ${note.urls.join(", ")}`);
    }
  }
}

function fitting(
  note: Note & { by: "text" },
  namespace: Readonly<Record<string, unknown>>,
  url: string,
): AnyFunction | null {
  const fits = new Set<AnyFunction>();
  for (const value of Object.values(namespace)) {
    if (typeof value !== "function" || value.name !== note.name) continue;
    if (hashOf(value as AnyFunction) === note.text) fits.add(value as AnyFunction);
  }
  if (fits.size > 1) {
    throw unnamable(
      note.name,
      `${fits.size} exports of ${url} have this name and text`,
      "register them under names of their own: task(import.meta, { first, second })",
    );
  }
  return [...fits][0] ?? null;
}
