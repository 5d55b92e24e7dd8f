/**
 * The parent's side of naming: from a function to the reference by which another
 * process finds it. Mirror of `resolve.ts`. The first that fits is taken:
 *
 * 1. "source": `inline()` ships it.
 * 2. "task": `task()` has registered it.
 * 3. "export": a module on the call stack, the main module, or a module that one of
 *    these imports by path exports this very function.
 * 4. "name": a module that is still being evaluated, or that cannot be looked into
 *    here, may export a function of this name and text; the child compares.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { BootstrapError, type TargetError } from "../errors.ts";
import { ownIdentity } from "../runtime/process_info.ts";
import { framesOf } from "./call_stack.ts";
import {
  compiledExports,
  isDeclaredInChildren,
  isRegisteredInChildren,
  type ModuleExports,
} from "./compiled_exports.ts";
import { type AnyFunction, type FunctionRef, hashOf, registrationOf } from "./function_ref.ts";
import { importsByPath, type ModuleImport } from "./module_imports.ts";
import { cannotName, Inline, isMethod, labelOf, refuseShape, SOURCE_UNREADABLE } from "./task.ts";

const UNIMPORTABLE =
  "Cannot run function in another process: it is looked for in a module that comes from eval, standard input or a prompt and cannot be imported again, put it in a file and register it there: task(import.meta, …)";

/** For one function at most so many modules are looked into. */
const MODULES_MOST = 500;
/** So many frames of the call stack are looked at. */
const STACK_FRAMES = 100;

const located = new WeakMap<AnyFunction, FunctionRef>();

/**
 * The reference by which another process finds `target`. To be called synchronously from the user's call, whose stack
 * is read.
 *
 * @throws {TypeError} it is no function
 * @throws {TargetError} it can be told now that no other process can find it
 * @throws {BootstrapError} its module cannot be imported again
 */
export function locate(target: unknown): FunctionRef {
  if (target instanceof Inline) return { by: "source", name: target.name, source: target.source };
  if (typeof target !== "function") {
    throw new TypeError(`Cannot run target in another process: it is ${kindOf(target)}, not a function`);
  }
  const fn = target as AnyFunction;
  const before = located.get(fn);
  if (before !== undefined) return before;
  const registration = registrationOf(fn);
  if (registration !== undefined) {
    const { url, name } = registration;
    if (isRegisteredInChildren(registration)) return remember(fn, { by: "task", url, name });
    throw tooLate(name, "move that call below it, or import its module at the top of the main module");
  }
  refuseShape(fn);
  const exports = compiledExports();
  if (exports !== null) return remember(fn, exportOfCompiled(fn, exports));
  const modules = nearModules();
  const byDeclaration = declaredIn(fn, modules);
  if (byDeclaration !== null) return byDeclaration;
  const { found, unread, isPartial } = searchExports(fn, modules);
  if (found !== null) return remember(fn, found);
  return byName(fn, modules, unread, isPartial);
}

function remember(fn: AnyFunction, ref: FunctionRef): FunctionRef {
  located.set(fn, ref);
  return ref;
}

/** A hash of its text; empty where the text may be another in other processes. */
function comparableHash(fn: AnyFunction): string {
  return thisProcess().hasOtherTexts ? "" : hashOf(fn);
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** The modules on the call stack, nearest first, and the main module. */
function nearModules(): string[] {
  const { main } = ownIdentity();
  const stack = framesOf(STACK_FRAMES).map(({ url }) => url);
  return [...new Set(main === null ? stack : [...stack, main])];
}

/** Whether a module comes from no file: from eval, standard input, a prompt or a URL that holds it. */
function isUnimportable(url: string): boolean {
  return /(\$deno\$(eval|stdin|repl)|\[eval\]|\[stdin\])[^/]*$/.test(decodeURI(url)) || /^(data|blob):/.test(url);
}

// --- by export ---

/** In a compiled program children have one module, the main one. */
function exportOfCompiled(fn: AnyFunction, exports: ModuleExports): FunctionRef {
  const key = exportNameIn(fn, exports);
  if (key !== null) {
    if (!isDeclaredInChildren(key)) throw tooLate(key, "move that call below it");
    return { by: "export", name: fn.name || key, url: ownIdentity().main ?? "", key, hash: comparableHash(fn) };
  }
  const state = `it is no export of the main module, and this program is ${thisProcess().packaging}`;
  const remedy =
    'export it there, also from where it is defined: export { f } from "./f.ts", or wrap it: task(import.meta, …)';
  throw cannotName(labelOf(fn), state, remedy);
}

/** The error for a function that is there only after the place where a child of this program stops. */
function tooLate(name: string, remedy: string): TargetError {
  return cannotName(name, "it is not there yet where the main module awaits freezeSupport(self)", remedy);
}

interface SearchResult {
  found: FunctionRef | null;
  /**
   * Loaded modules that could not be looked into, such as those with top-level await on some runtimes: first those that
   * are likely to export it.
   */
  unread: string[];
  /** The source of a module could not be read: what it imports was not looked into. */
  isPartial: boolean;
}

/** Breadth first: the modules themselves, then what they import, then what those import. */
function searchExports(fn: AnyFunction, modules: string[]): SearchResult {
  const self = thisProcess();
  const unread = { likely: [] as string[], others: [] as string[] };
  const allUnread = () => [...unread.likely, ...unread.others];
  let isPartial = false;
  const seen = new Set<string>();
  const suspects = new Set(modules);
  let round = modules;
  while (round.length > 0 && seen.size < MODULES_MOST) {
    const imports: ModuleImport[] = [];
    for (const url of round) {
      if (seen.has(url)) continue;
      seen.add(url);
      const namespace = isUnimportable(url) ? null : self.namespace(url);
      const key = namespace ? exportNameIn(fn, namespace) : null;
      if (key !== null) {
        const found: FunctionRef = { by: "export", name: fn.name || key, url, key, hash: comparableHash(fn) };
        return { found, unread: allUnread(), isPartial };
      }
      const imported = importsByPath(url);
      if (!namespace && suspects.has(url)) unread.likely.push(url);
      else if (namespace === null && namesInSource(url, fn)) unread.others.push(url);
      isPartial ||= imported === null;
      imports.push(...imported ?? []);
    }
    // What is imported by this name comes first: to look into a module may be to load it.
    const isLikely = ({ names }: ModuleImport) => fn.name !== "" && names.includes(fn.name);
    for (const each of imports) if (isLikely(each)) suspects.add(each.url);
    round = [...imports.filter(isLikely), ...imports.filter((each) => !isLikely(each))].map(({ url }) => url);
  }
  return { found: null, unread: allUnread(), isPartial };
}

/** Whether the source of a module has the name of a function in it, as that of the module which declares it has. */
function namesInSource(url: string, { name }: AnyFunction): boolean {
  if (!/^[\w$]+$/.test(name)) return false;
  const word = new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`);
  return word.test(thisProcess().source(url) ?? "");
}

/** Under which name a module exports the function. */
function exportNameIn(fn: AnyFunction, namespace: ModuleExports): string | null {
  for (const key of Object.keys(namespace)) {
    try {
      if (namespace[key] === fn) return key;
    } catch {
      // a binding that is not initialised yet cannot be this function
    }
  }
  return null;
}

// --- by name ---

/**
 * The short way for a nearest module that is still being evaluated: its source declares an export of this name, and
 * imports nothing of this name. To search for the export would first load a module system.
 */
function declaredIn(fn: AnyFunction, [url]: string[]): FunctionRef | null {
  if (url === undefined || !/^[\w$]+$/.test(fn.name) || isUnimportable(url) || isMethod(fn)) return null;
  const self = thisProcess();
  const source = self.source(url);
  if (source === null || self.namespace(url)) return null;
  const name = fn.name.replaceAll("$", "\\$");
  const declared = new RegExp(
    `^export\\s+(?:default\\s+)?(?:async\\s+)?(?:function\\s*\\*?|class|const|let)\\s+${name}\\b`,
    "m",
  );
  const imported = new RegExp(`^\\s*import\\b[^;]*?(?:\\*\\s*as\\b|\\b${name}\\b)[^;]*?from\\b`, "m");
  if (!declared.test(source) || imported.test(source)) return null;
  return { by: "name", name: fn.name, urls: [url], hash: comparableHash(fn), isPartial: false };
}

/** Leaves the search to the child, where some module may have it. @throws {TargetError} none can */
function byName(fn: AnyFunction, modules: string[], unread: string[], isPartial: boolean): FunctionRef {
  if (isMethod(fn)) {
    const remedy = "export a function that makes the object and calls it";
    throw cannotName(labelOf(fn), "it is a method and belongs to its object", remedy);
  }
  if (fn.name === "") throw cannotName(labelOf(fn), "it has no name and is no export of a module that can be told");
  const urls = unread.filter((url) => !isUnimportable(url));
  if (urls.length > 0) return { by: "name", name: fn.name, urls, hash: comparableHash(fn), isPartial };
  if (unread.length > 0 || ownIdentity().main === null) throw new BootstrapError(UNIMPORTABLE);
  const names = modules.map((url) => url.slice(url.lastIndexOf("/") + 1)).join(", ") || "any module on the call stack";
  throw cannotName(fn.name, `it is no export of ${names}${isPartial ? SOURCE_UNREADABLE : ""}`);
}
