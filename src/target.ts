/**
 * Naming a function so that another process finds the same one: registered with
 * `task()`, or an export that identity or, failing that, name and text point to,
 * or shipped as source with `inline()`. Parent's side: `seek.ts` reads the call
 * stack and modules for it; child's side: `find.ts`. Knows no process.
 *
 * @module
 */
import { TargetError } from "./errors.ts";

// deno-lint-ignore no-explicit-any
export type AnyFunction = (...args: any[]) => unknown;

declare const signature: unique symbol;

/** A function that other processes can find, made by `task()` or `inline()`. */
export interface TaskRef<A extends unknown[] = unknown[], R = unknown> {
  /** Type only. */
  readonly [signature]?: (...args: A) => R;
}

/** What can run in another process: a function that can be named there, or a {@linkcode TaskRef}. */
// deno-lint-ignore no-explicit-any
export type Target<A extends unknown[] = any[], R = unknown> = ((...args: A) => R) | TaskRef<A, R>;

/** How a function is found in another process. `text` is a hash of its source, which the child compares. */
export type Note =
  | { by: "task"; name: string; url: string }
  | { by: "export"; name: string; url: string; key: string; text: string }
  | { by: "text"; name: string; urls: string[]; text: string }
  | { by: "source"; name: string; source: string };

const REMEDY =
  "export it from its module or wrap it where it is defined: export const f = task(import.meta, function f() {…})";

/** The error for a function that cannot be named, with the remedies. */
export function unnamable(name: string, state: string, remedy: string = REMEDY, cause?: unknown): TargetError {
  return new TargetError(`Cannot run ${name} in another process: ${state}, ${remedy}`, name, cause);
}

/** How messages call a target. */
export function labelOf(target: unknown): string {
  if (target instanceof Inline) return target.name;
  return (typeof target === "function" && target.name) || "(anonymous)";
}

interface Registration {
  url: string;
  name: string;
}

const registrations = new WeakMap<AnyFunction, Registration>();
const registered = new Map<string, AnyFunction>();

/** The way in which a function was registered here, if it was. */
export function registrationOf(fn: AnyFunction): Registration | undefined {
  return registrations.get(fn);
}

/** The function that a module registered under a name, if it did. */
export function registeredAs(url: string, name: string): AnyFunction | undefined {
  return registered.get(`${url}#${name}`);
}

/**
 * Gives a function, or several, a name by which other processes find it,
 * without being exported: the child imports the module, which registers it again.
 * Call it at the top level of the module that defines the function.
 *
 * @param meta the module's own `import.meta`
 * @param fn a function with a name, or an object of functions, each named by its key
 * @returns what was given; it can still be called here
 * @throws {TargetError} the function has no name, or the module has registered another under it
 *
 * @example Functions that need no export
 * ```ts
 * import { Pool, task } from "@brood/multiprocessing";
 *
 * const double = task(import.meta, function double(n: number) {
 *   return 2 * n;
 * });
 *
 * if (import.meta.main) {
 *   await using pool = new Pool(2);
 *   console.log(await pool.map(double, [1, 2, 3])); // [2, 4, 6]
 * }
 * ```
 */
export function task<A extends unknown[], R>(
  meta: ImportMeta,
  fn: (...args: A) => R,
): TaskRef<A, R> & ((...args: A) => R);
export function task<M extends Record<string, AnyFunction>>(
  meta: ImportMeta,
  fns: M,
): { [K in keyof M]: TaskRef<Parameters<M[K]>, ReturnType<M[K]>> & M[K] };
export function task(meta: ImportMeta, given: AnyFunction | Record<string, AnyFunction>): unknown {
  const url = (meta as { url?: unknown } | undefined)?.url;
  if (typeof url !== "string") throw new TypeError("Cannot register task: the first argument is not import.meta");
  if (typeof given === "function") {
    if (given.name === "") {
      throw unnamable("(anonymous)", "it has no name", "give it one: task(import.meta, { name: fn })");
    }
    register(url, given.name, given);
    return given;
  }
  if (typeof given !== "object" || given === null) {
    throw new TypeError("Cannot register task: the second argument is neither a function nor an object of functions");
  }
  for (const [name, fn] of Object.entries(given)) {
    if (typeof fn !== "function") throw new TypeError(`Cannot register task: ${name} is not a function`);
    register(url, name, fn);
  }
  return given;
}

function register(url: string, name: string, fn: AnyFunction): void {
  const present = registeredAs(url, name);
  if (present !== undefined && present !== fn) {
    throw unnamable(
      name,
      `its module has registered another function under that name`,
      "give one of them another name",
    );
  }
  registered.set(`${url}#${name}`, fn);
  registrations.set(fn, { url, name });
}

/** A function that crosses as its source. */
export class Inline {
  readonly name: string;
  readonly source: string;

  constructor(fn: AnyFunction) {
    this.name = fn.name || "(inline)";
    this.source = sourceOf(fn);
  }
}

/**
 * Ships a function as source text instead of naming it. It must be
 * self-contained: it sees its arguments and the child's globals, and neither
 * variables around it nor imports. The child refuses it with a `TargetError`
 * that names its free variables.
 *
 * @throws {TargetError} the function is native, bound, or a method
 *
 * @example A function without a module
 * ```ts
 * import { inline, Pool } from "@brood/multiprocessing";
 *
 * if (import.meta.main) {
 *   await using pool = new Pool(1);
 *   console.log(await pool.apply(inline((a: number, b: number) => a + b), [2, 3])); // 5
 * }
 * ```
 */
export function inline<A extends unknown[], R>(fn: (...args: A) => R): TaskRef<A, R> {
  if (typeof fn !== "function") throw new TypeError("Cannot ship function inline: the argument is not a function");
  refuseShape(fn);
  return new Inline(fn) as unknown as TaskRef<A, R>;
}

/** Throws for functions that no other process can find, whatever their module does. */
export function refuseShape(fn: AnyFunction): void {
  const name = labelOf(fn);
  const source = sourceOf(fn);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) {
    const what = name.startsWith("bound ") ? "it is bound" : "it is native or bound";
    throw unnamable(name, `${what} and has no source`, "call it from a function that a module exports");
  }
}

/** Whether the source text is that of a method, which has no meaning outside its class or object. */
export function isMethod(fn: AnyFunction): boolean {
  const source = sourceOf(fn);
  if (/^(async\s+)?function\b/.test(source) || /^class\b/.test(source)) return false;
  // An arrow function starts with its parameters: (a) => or a => or async (a) =>
  if (/^(async\s*)?\(/.test(source) || /^(async\s+)?[\w$\u0080-\uffff]+\s*=>/.test(source)) return false;
  return true;
}

const sources = new WeakMap<AnyFunction, { source: string; hash: string }>();

function sourceOf(fn: AnyFunction): string {
  return known(fn).source;
}

/** A hash of a function's source text. */
export function hashOf(fn: AnyFunction): string {
  return known(fn).hash;
}

function known(fn: AnyFunction): { source: string; hash: string } {
  let entry = sources.get(fn);
  if (entry === undefined) {
    const source = Function.prototype.toString.call(fn);
    sources.set(fn, entry = { source, hash: hash(source) });
  }
  return entry;
}

/** FNV-1a in two lanes: tells texts apart, guards nothing. */
function hash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x1000193;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ (unit + at), 0x85ebca6b);
  }
  return (low >>> 0).toString(36) + (high >>> 0).toString(36) + text.length.toString(36);
}
