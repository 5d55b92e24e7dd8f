/**
 * Naming a function so that another process finds the same one: registered with
 * `task()`, or an export that identity or, failing that, name and text point to,
 * or shipped as source with `inline()`. `locate.ts` makes the reference in the parent,
 * `resolve.ts` finds the function in the child. Knows no process.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { TargetError } from "../errors.ts";
import { type AnyFunction, register, registeredAs, sourceOf } from "./function_ref.ts";

/** A function that other processes can find, made by `task()` or `inline()`. */
export interface TaskRef<A extends unknown[] = unknown[], R = unknown> {
  /** Never there: it carries the types. */
  readonly "~signature"?: (...args: A) => R;
}

/** What can run in another process: a function that can be named there, or a {@linkcode TaskRef}. */
// deno-lint-ignore no-explicit-any
export type Target<A extends unknown[] = any[], R = unknown> = ((...args: A) => R) | TaskRef<A, R>;

/** What to do about a function that cannot be named. */
export const REMEDY =
  "export it from its module, register it there: export const f = task(import.meta, function f() {…}), or ship it with inline() if it needs nothing around it";

/** The error for a function that cannot be named, with the remedies. */
export function cannotName(
  name: string,
  state: string,
  remedy: string = REMEDY,
  cause?: unknown,
  shown: string = name,
): TargetError {
  return new TargetError(`Cannot run ${shown} in another process: ${state}, ${remedy}`, name, cause);
}

/** How messages call a target. */
export function labelOf(target: unknown): string {
  if (target instanceof Inline) return target.name;
  return (typeof target === "function" && target.name) || "(anonymous)";
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
/** Gives several functions a name each: their keys. */
export function task<M extends Record<string, AnyFunction>>(
  meta: ImportMeta,
  fns: M,
): { [K in keyof M]: TaskRef<Parameters<M[K]>, ReturnType<M[K]>> & M[K] };
export function task(meta: ImportMeta, given: AnyFunction | Record<string, AnyFunction>): unknown {
  const url = (meta as { url?: unknown } | undefined)?.url;
  if (typeof url !== "string") throw typeError("Cannot register task: the first argument is not import.meta");
  if (typeof given === "function") {
    if (given.name === "") {
      throw cannotName("(anonymous)", "it has no name", "give it one: task(import.meta, { name: fn })");
    }
    registerOnce(url, given.name, given);
    return given;
  }
  if (typeof given !== "object" || given === null) {
    throw typeError("Cannot register task: the second argument is neither a function nor an object of functions");
  }
  for (const [name, fn] of Object.entries(given)) {
    if (typeof fn !== "function") throw typeError(`Cannot register task: ${name} is not a function`);
    registerOnce(url, name, fn);
  }
  return given;
}

function registerOnce(url: string, name: string, fn: AnyFunction): void {
  const present = registeredAs(url, name);
  if (present !== undefined && present !== fn) {
    throw cannotName(
      name,
      `its module has registered another function under that name`,
      "give one of them another name",
    );
  }
  register(url, name, fn);
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

/** Whether a value can be a target: a function, or one that crosses as its source. */
export function isTarget(value: unknown): boolean {
  return typeof value === "function" || value instanceof Inline;
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
  if (typeof fn !== "function") throw typeError("Cannot ship function inline: the argument is not a function");
  refuseShape(fn);
  return new Inline(fn) as unknown as TaskRef<A, R>;
}

/** Throws for functions that no other process can find, whatever their module does. */
export function refuseShape(fn: AnyFunction): void {
  const name = labelOf(fn);
  const source = sourceOf(fn);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) {
    const what = name.startsWith("bound ") ? "it is bound" : "it is native or bound";
    throw cannotName(name, `${what} and has no source`, "call it from a function that a module exports");
  }
}

/** Whether the source text is that of a method, which has no meaning outside its class or object. */
export function isMethod(fn: AnyFunction): boolean {
  const source = sourceOf(fn);
  return !/^(async\s+)?function\b/.test(source) && !/^class\b/.test(source) && !isArrow(fn);
}

/** Whether a function is an arrow function, whose text starts with its parameters: (a) => or a => or async (a) =>. */
export function isArrow(fn: AnyFunction): boolean {
  const source = sourceOf(fn);
  return /^(async\s*)?\(/.test(source) || /^(async\s+)?[\w$\u0080-\uffff]+\s*=>/.test(source);
}

/** Whether a function is a class, of which objects are made with `new`. */
export function isClass(target: unknown): target is new (...args: unknown[]) => object {
  return typeof target === "function" && /^class\b/.test(sourceOf(target as AnyFunction));
}
