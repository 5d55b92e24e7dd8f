/**
 * The child's side of naming: from a reference to the function. Mirror of
 * `locate.ts`. Imports the module that the reference names, compares name and text,
 * and refuses rather than chooses when two functions fit.
 *
 * @module
 */
import { lazyPart, loadPart } from "../runtime/load_part.ts";
import { thisProcess } from "../runtime/installed.ts";
import type { ModuleExports } from "./compiled_exports.ts";
import { type AnyFunction, type FunctionRef, hashOf, registeredAs } from "./function_ref.ts";

const loadCompiler = lazyPart(import.meta.url, () => import("./compile_inline.ts"));

/** A message names so many modules at most. */
const MODULES_NAMED = 3;

/** Imports a module. */
export type Importer = (url: string) => Promise<ModuleExports>;

/**
 * The function of a reference.
 *
 * @throws {TargetError} nothing here fits, or more than one function does
 */
export async function resolve(ref: FunctionRef, load: Importer): Promise<AnyFunction> {
  switch (ref.by) {
    case "source": {
      const { compileInline } = await loadCompiler();
      return await compileInline(ref);
    }
    case "task": {
      await load(ref.url);
      const fn = registeredAs(ref.url, ref.name);
      if (fn !== undefined) return fn;
      const state = `${ref.url} does not register it when imported`;
      throw await cannotResolve(ref.name, state, "call task() at its top level");
    }
    case "export": {
      const exported = (await load(ref.url))[ref.key];
      const value = ref.member === undefined ? exported : (exported as ModuleExports | undefined)?.[ref.member];
      if (typeof value === "function" && hasText(value as AnyFunction, ref.hash)) return value as AnyFunction;
      const key = ref.member === undefined ? ref.key : `${ref.key}.${ref.member}`;
      const state = `${ref.url} exports something else as ${key} there`;
      throw await cannotResolve(ref.name, state, "make its exports the same in every process");
    }
    case "name": {
      for (const url of ref.urls) {
        const fn = await exportOfName(ref, await load(url), url);
        if (fn !== null) return fn;
      }
      const more = ref.urls.length > MODULES_NAMED ? ` and ${ref.urls.length - MODULES_NAMED} others` : "";
      const modules = ref.urls.slice(0, MODULES_NAMED).join(", ");
      const state = `it is no export of ${modules}${more}${ref.unknown}`;
      throw await cannotResolve(ref.name || "(anonymous)", state, undefined, ref.shown);
    }
  }
}

/** Whether a function has the text of that hash, as far as texts can be compared. */
function hasText(fn: AnyFunction, hash: string): boolean {
  return hash === "" || thisProcess().hasOtherTexts === true || hashOf(fn) === hash;
}

/** The export with the name and text of a function; null when there is none. */
async function exportOfName(
  { name, hash }: FunctionRef & { by: "name" },
  namespace: ModuleExports,
  url: string,
): Promise<AnyFunction | null> {
  const fitting = new Set<AnyFunction>();
  for (const value of Object.values(namespace)) {
    if (typeof value !== "function" || value.name !== name) continue;
    if (hasText(value as AnyFunction, hash)) fitting.add(value as AnyFunction);
  }
  if (fitting.size > 1) {
    const state = `${fitting.size} exports of ${url} have this name and text`;
    const remedy = "register them under names of their own: task(import.meta, { first, second })";
    throw await cannotResolve(name, state, remedy);
  }
  return [...fitting][0] ?? null;
}

/** The error is loaded only when there is one. */
async function cannotResolve(name: string, state: string, remedy?: string, shown?: string): Promise<Error> {
  const { cannotName } = await loadPart(import.meta.url, () => import("./task.ts"));
  return cannotName(name, state, remedy, undefined, shown);
}
