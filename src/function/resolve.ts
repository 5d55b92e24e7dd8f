/**
 * Child's side of naming: a function from its note. Imports the module that the
 * note names, compares name and text, and refuses rather than chooses when two
 * functions fit. Mirror of `seek.ts`.
 *
 * @module
 */
import { type AnyFunction, type FunctionRef, hashOf, registeredAs } from "./function_ref.ts";

/** Gives the namespace of a module. */
export type Importer = (url: string) => Promise<Readonly<Record<string, unknown>>>;

/**
 * The function of a note.
 *
 * @throws {TargetError} nothing here fits, or more than one does
 */
export async function resolve(note: FunctionRef, load: Importer): Promise<AnyFunction> {
  switch (note.by) {
    case "source": {
      const { compileInline } = await import("./compile_inline.ts");
      return await compileInline(note);
    }
    case "task": {
      await load(note.url);
      const fn = registeredAs(note.url, note.name);
      if (fn === undefined) {
        throw await unnamable(
          note.name,
          `${note.url} does not register it when imported`,
          "call task() at its top level",
        );
      }
      return fn;
    }
    case "export": {
      const value = (await load(note.url))[note.key];
      if (typeof value === "function" && hashOf(value as AnyFunction) === note.text) return value as AnyFunction;
      const state = `${note.url} exports something else as ${note.key} there`;
      throw await unnamable(note.name, state, "make its exports the same in every process");
    }
    case "text": {
      for (const url of note.urls) {
        const fn = await fitting(note, await load(url), url);
        if (fn !== null) return fn;
      }
      const blind = note.blind ? (await import("./task.ts")).SOURCE_UNREADABLE : "";
      throw await unnamable(note.name, `it is no export of ${note.urls.join(", ")}${blind}`);
    }
  }
}

async function fitting(
  note: FunctionRef & { by: "text" },
  namespace: Readonly<Record<string, unknown>>,
  url: string,
): Promise<AnyFunction | null> {
  const fits = new Set<AnyFunction>();
  for (const value of Object.values(namespace)) {
    if (typeof value !== "function" || value.name !== note.name) continue;
    if (hashOf(value as AnyFunction) === note.text) fits.add(value as AnyFunction);
  }
  if (fits.size > 1) {
    const state = `${fits.size} exports of ${url} have this name and text`;
    const remedy = "register them under names of their own: task(import.meta, { first, second })";
    throw await unnamable(note.name, state, remedy);
  }
  return [...fits][0] ?? null;
}

/** The error is loaded only when there is one. */
async function unnamable(name: string, state: string, remedy?: string): Promise<Error> {
  const target = await import("./task.ts");
  return target.cannotName(name, state, remedy);
}
