/**
 * The parent's side of naming: from a function to the reference by which another
 * process finds it. Mirror of `resolve.ts`. The first that fits is taken:
 *
 * 1. "source": `inline()` ships it.
 * 2. "task": `task()` has registered it.
 * 3. "export": a module on the call stack, the main module, a module that one of
 *    these imports, or any other that the runtime can list exports this very function.
 * 4. "name": a module that is still being evaluated, or that cannot be looked into
 *    here, may export a function of this name and text; the child compares.
 *
 * @module
 */
import { notFunction } from "./not_function.ts";
import { typeError } from "../error_stack.ts";
import { BootstrapError, type TargetError } from "../errors.ts";
import { runtime, thisProcess } from "../runtime/installed.ts";
import { ownIdentity } from "../runtime/process_info.ts";
import { framesOf } from "./call_stack.ts";
import {
  compiledExports,
  isDeclaredInChildren,
  isRegisteredInChildren,
  type ModuleExports,
} from "./compiled_exports.ts";
import { type AnyFunction, beginningOf, type FunctionRef, modulesOf, registrationOf } from "./function_ref.ts";
import { belongsToObject, notFound, refuseKind, refuseTestFile, sayUnknown } from "./refusals.ts";
import { comparableHash, isUnimportable, keyOf, searchExports, type SearchResult } from "./search_exports.ts";
import { cannotName, Inline, isMethod, labelOf, refuseShape } from "./task.ts";

const UNIMPORTABLE =
  "Cannot run function in another process: it is looked for in a module that comes from eval, standard input or a prompt and cannot be imported again, put it in a file and register it there: task(import.meta, …)";

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
    throw typeError(`Cannot run target in another process: it is ${notFunction(target)}`);
  }
  const fn = target as AnyFunction;
  const before = located.get(fn);
  if (before !== undefined) return before;
  const ref = find(fn);
  if (thisProcess().host === "test runner") refuseTestFile(fn, modulesOf(ref));
  if (ref.by !== "name") located.set(fn, ref);
  return ref;
}

/** As `locate()`. What is found by name now may be found by identity when its module has been evaluated. */
function find(fn: AnyFunction): FunctionRef {
  const registration = registrationOf(fn);
  if (registration !== undefined) {
    const { url, name } = registration;
    if (isRegisteredInChildren(registration)) return { by: "task", url, name };
    throw tooLate(name, "move that call below it, or import its module at the top of the main module");
  }
  refuseShape(fn);
  const exports = compiledExports();
  if (exports !== null) return exportOfCompiled(fn, exports);
  const modules = nearModules();
  const byDeclaration = declaredIn(fn, modules);
  if (byDeclaration !== null) return byDeclaration;
  const search = searchExports(fn, modules);
  return search.found ?? byName(fn, modules, search);
}

/** As {@linkcode locate}, of what is called for its result. @throws {TargetError} it is a class or a generator function */
export function locateTarget(target: unknown): FunctionRef {
  refuseKind(target);
  return locate(target);
}

/** The modules on the call stack, nearest first, and the main module. */
function nearModules(): string[] {
  const { main } = ownIdentity();
  const stack = framesOf(STACK_FRAMES).map(({ url }) => url);
  return [...new Set(main === null ? stack : [...stack, main])];
}

// --- by export ---

/** In a compiled program children have one module, the main one. */
function exportOfCompiled(fn: AnyFunction, exports: ModuleExports): FunctionRef {
  const key = keyOf(fn, exports);
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

// --- by name ---

/**
 * The short way for a nearest module that is still being evaluated: its source declares an export of this name, and
 * imports nothing of this name. To search for the export would first load a module system.
 */
function declaredIn(fn: AnyFunction, [url]: string[]): FunctionRef | null {
  if (url === undefined || !/^[\w$]+$/.test(fn.name) || isUnimportable(url) || isMethod(fn)) return null;
  const { modules } = runtime();
  const source = modules.source(url);
  if (source === null || modules.namespace(url, ownIdentity().kind === "main")) return null;
  const name = fn.name.replaceAll("$", "\\$");
  const declared = new RegExp(
    `^export\\s+(?:default\\s+)?(?:async\\s+)?(?:function\\s*\\*?|class|const|let)\\s+${name}\\b`,
    "m",
  );
  const imported = new RegExp(`^\\s*import\\b[^;]*?(?:\\*\\s*as\\b|\\b${name}\\b)[^;]*?from\\b`, "m");
  return declared.test(source) && !imported.test(source) ? named(fn, [url]) : null;
}

/** Leaves the search to the child, where some module may have it. @throws {TargetError} none can */
function byName(fn: AnyFunction, modules: string[], search: SearchResult): FunctionRef {
  if (search.member !== null || isMethod(fn)) throw belongsToObject(fn, search.member);
  const urls = search.unread.filter((url) => !isUnimportable(url));
  if (fn.name !== "" && urls.length > 0) return named(fn, urls, search.unknown);
  if (fn.name === "" && urls.length > 0) {
    const sources = search.seen.map((url) => runtime().modules.source(url) ?? "");
    const making = urls.filter((url) => exportsWhatIsMadeOnce(url, sources));
    if (making.length === 1) return named(fn, making);
  }
  if (fn.name !== "" && (search.unread.length > 0 || ownIdentity().main === null)) {
    throw new BootstrapError(UNIMPORTABLE);
  }
  throw notFound(fn, modules, urls.filter((url) => modules.includes(url)), search);
}

function named(fn: AnyFunction, urls: string[], unknown: string[] = []): FunctionRef {
  const shown = fn.name === "" ? { shown: beginningOf(fn) } : {};
  return { by: "name", name: fn.name, urls, hash: comparableHash(fn), unknown: sayUnknown(unknown), ...shown };
}

/**
 * Whether a module exports what calls give, `export const f = memo(…)`, each of a function that is called nowhere else:
 * what such a call has made is told from all else by its text, although it has no name.
 */
function exportsWhatIsMadeOnce(url: string, sources: readonly string[]): boolean {
  const source = runtime().modules.source(url) ?? "";
  const makers = source.matchAll(
    /^export\s+(?:const|let|var)\s+[\w$]+(?:\s*:[^=]*)?\s*=\s*(?:await\s+)?(?:[\w$]+\.)*([\w$]+)\s*[(<]/gm,
  );
  const counts = Array.from(makers, ([, maker]) => {
    const call = new RegExp(`(?<![\\w$])(?<!function\\s+)${maker!.replaceAll("$", "\\$")}\\s*[(<]`, "g");
    return sources.reduce((count, text) => count + text.split(call).length - 1, 0);
  });
  return counts.length > 0 && counts.every((count) => count === 1);
}
