/**
 * Parent's side of naming: finds the module and the export of a function. Asks
 * in this order: what `task()` registered; the modules on the call stack and the
 * main module, by identity; modules that these import by a relative or absolute path,
 * by identity; and for modules that are still being evaluated, or cannot be read
 * here, leaves name and text to be compared in the child.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { BootstrapError } from "../errors.ts";
import { ownIdentity } from "../runtime/process_info.ts";
import { compiledExports } from "./compiled_exports.ts";
import { type AnyFunction, type FunctionRef, hashOf, registrationOf } from "./function_ref.ts";
import { framesOf } from "./call_stack.ts";
import { cannotName, Inline, isMethod, labelOf, refuseShape, SOURCE_UNREADABLE } from "./task.ts";

const found = new WeakMap<AnyFunction, FunctionRef>();

/** At most so many modules are looked into for one function. */
const REACH = 500;

/**
 * How another process finds `target`. Call it synchronously from the user's call.
 *
 * @throws {TargetError} it can be told now that no other process can find it
 * @throws {BootstrapError} its module cannot be imported again
 */
export function locate(target: unknown): FunctionRef {
  if (target instanceof Inline) return { by: "source", name: target.name, source: target.source };
  if (typeof target !== "function") {
    throw new TypeError(`Cannot run target in another process: it is ${kindOf(target)}, not a function`);
  }
  const fn = target as AnyFunction;
  const known = found.get(fn);
  if (known !== undefined) return known;
  const registration = registrationOf(fn);
  if (registration !== undefined) return keep(fn, { by: "task", ...registration });
  refuseShape(fn);
  const exports = compiledExports();
  if (exports !== null) return keep(fn, frozenNote(fn, exports));
  const candidates = candidatesOf(framesOf(100).map(({ url }) => url));
  const near = stated(fn, candidates);
  if (near !== null) return near;
  const { exact, unread, blind } = search(fn, candidates);
  if (exact !== null) return keep(fn, exact);
  const name = fn.name || "(anonymous)";
  if (isMethod(fn)) {
    throw cannotName(
      name,
      "it is a method and belongs to its object",
      "export a function that makes the object and calls it",
    );
  }
  if (fn.name === "") throw cannotName(name, "it has no name and is no export of a module that can be told");
  const importable = unread.filter((url) => !isUnimportable(url));
  if (importable.length === 0) {
    if (unread.length > 0 || ownIdentity().main === null) throw new BootstrapError(UNIMPORTABLE);
    const modules = candidates.map(shorten).join(", ") || "any module on the call stack";
    throw cannotName(name, `it is no export of ${modules}${blind ? SOURCE_UNREADABLE : ""}`);
  }
  return { by: "text", name: fn.name, urls: importable, text: hashOf(fn), blind };
}

/** In a compiled program there is one module that a child has. */
function frozenNote(fn: AnyFunction, exports: Readonly<Record<string, unknown>>): FunctionRef {
  const key = keyOf(fn, exports);
  if (key !== null) return { by: "export", name: fn.name || key, url: ownIdentity().main ?? "", key, text: hashOf(fn) };
  const state = "it is no export of the main module, and this program is compiled";
  const remedy =
    'export it there, also from where it is defined: export { f } from "./f.ts", or wrap it: task(import.meta, …)';
  throw cannotName(labelOf(fn), state, remedy);
}

const UNIMPORTABLE =
  "Cannot run function in another process: it is looked for in a module that comes from eval, standard input or a prompt and cannot be imported again, put it in a file and register it there: task(import.meta, …)";

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function keep(fn: AnyFunction, note: FunctionRef): FunctionRef {
  found.set(fn, note);
  return note;
}

/**
 * The short way for a module that is still being evaluated: its source declares
 * an export of this name, and nothing of this name comes in from elsewhere. The
 * child compares the text. A search by identity would first load a module system.
 */
function stated(fn: AnyFunction, candidates: string[]): FunctionRef | null {
  const [url] = candidates;
  if (url === undefined || !/^[\w$]+$/.test(fn.name) || isUnimportable(url) || isMethod(fn)) return null;
  const self = thisProcess();
  const source = self.source(url);
  if (source === null || self.namespace(url) !== null) return null;
  const name = fn.name.replaceAll("$", "\\$");
  const declared = new RegExp(
    `^export\\s+(?:default\\s+)?(?:async\\s+)?(?:function\\s*\\*?|class|const|let)\\s+${name}\\b`,
    "m",
  );
  const imported = new RegExp(`^\\s*import\\b[^;]*?(?:\\*\\s*as\\b|\\b${name}\\b)[^;]*?from\\b`, "m");
  if (!declared.test(source) || imported.test(source)) return null;
  return { by: "text", name: fn.name, urls: [url], text: hashOf(fn), blind: false };
}

function search(
  fn: AnyFunction,
  candidates: string[],
): { exact: FunctionRef | null; unread: string[]; blind: boolean } {
  const self = thisProcess();
  const unread: string[] = [];
  let blind = false;
  const seen = new Set<string>();
  // What cannot be looked into, as a module with top-level await on some runtimes, may have it all the same.
  const suspects = new Set(candidates);
  let round = candidates;
  // Breadth first: the candidates themselves, then what they import, then what those import.
  while (round.length > 0 && seen.size < REACH) {
    const next: string[] = [];
    for (const url of round) {
      if (seen.has(url)) continue;
      seen.add(url);
      const namespace = isUnimportable(url) ? null : self.namespace(url);
      const key = namespace === null ? null : keyOf(fn, namespace);
      if (key !== null) {
        return { exact: { by: "export", name: fn.name || key, url, key, text: hashOf(fn) }, unread, blind };
      }
      if (namespace === null && suspects.has(url)) unread.push(url);
      next.push(url);
    }
    const imported = next.map(relativeImports);
    blind ||= imported.includes(null);
    // What is imported by this name comes first: to look into a module may be to load it.
    const isLikely = ({ names }: Import) => fn.name !== "" && names.includes(fn.name);
    const all = imported.flatMap((list) => list ?? []);
    for (const each of all) if (isLikely(each)) suspects.add(each.url);
    round = [...all.filter(isLikely), ...all.filter((each) => !isLikely(each))].map(({ url }) => url);
  }
  return { exact: null, unread, blind };
}

function keyOf(fn: AnyFunction, namespace: Readonly<Record<string, unknown>>): string | null {
  for (const key of Object.keys(namespace)) {
    try {
      if (namespace[key] === fn) return key;
    } catch {
      // a binding that is not initialised yet cannot be this function
    }
  }
  return null;
}

function candidatesOf(stack: string[]): string[] {
  const { main } = ownIdentity();
  return [...new Set(main === null ? stack : [...stack, main])];
}

function isUnimportable(url: string): boolean {
  return /(\$deno\$(eval|stdin|repl)|\[eval\]|\[stdin\])[^/]*$/.test(decodeURI(url)) || /^(data|blob):/.test(url);
}

/** An import of another module, or a re-export, and what is written between the keywords. */
interface Import {
  url: string;
  names: string;
}

const imports = new Map<string, Import[]>();

/** What a module imports or re-exports by path: loaded since it is. Null when its source cannot be read. */
function relativeImports(url: string): Import[] | null {
  const known = imports.get(url);
  if (known !== undefined) return known;
  const source = url.startsWith("file:") ? thisProcess().source(url) : null;
  if (source === null) return null;
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const statement =
    /(?:^|;)\s*(?:import|export)(?=[\s{*])(?!\s+type\s)([^'"`;()=]*?)from\s*["']((?:\.{0,2}\/|file:)[^"']+)["']/gm;
  const found = Array.from(code.matchAll(statement), ([, names, specifier]) => ({
    url: new URL(specifier!, url).href,
    names: names!,
  }));
  // A list of nothing but types loads nothing.
  const list = found.filter(({ names }) => !/^\s*\{\s*(?:type\s[^,}]*,?\s*)+\}\s*$/.test(names));
  imports.set(url, list);
  return list;
}

function shorten(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
