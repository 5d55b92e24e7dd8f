/**
 * Error classes of the program by the module that registers them and their name, so
 * that an error of one is revived as what it was. Mirror of `task()`.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";

/** A class of errors. */
// deno-lint-ignore no-explicit-any
type ErrorType = abstract new (...args: any[]) => Error;

const classByName = new Map<string, ErrorType>();
const nameByPrototype = new WeakMap<object, string>();

/**
 * Registers an error class, or several, so that an error of it that crosses to another process is one of that class
 * there: `instanceof` holds, its methods are there, and its own fields. Without it such an error arrives as a
 * {@linkcode RemoteError} under its name.
 *
 * Call it at the top level of the module that defines the class, and import that module where the error arrives. An
 * error is revived without its constructor, so private fields are not there. A class that extends a registered one and
 * is not registered itself arrives as the registered one. Python pickles exception classes by reference.
 *
 * @param meta the module's own `import.meta`
 * @param errorClass a class that extends `Error`, or an object of classes, each named by its key
 * @returns what was given
 * @throws {TypeError} it is no such class, or the module has registered another under its name
 *
 * @example An error that keeps its class
 * ```ts
 * import { Pool, registerError } from "@brood/multiprocessing";
 *
 * export class OutOfStock extends Error {
 *   constructor(readonly item: string) {
 *     super(`no ${item} left`);
 *   }
 * }
 * registerError(import.meta, OutOfStock);
 *
 * export function take(item: string): never {
 *   throw new OutOfStock(item);
 * }
 *
 * if (import.meta.main) {
 *   await using pool = new Pool(1);
 *   await pool.apply(take, ["bread"]).catch((error) => {
 *     if (error instanceof OutOfStock) console.log(error.item); // bread
 *   });
 * }
 * ```
 */
// deno-lint-ignore no-explicit-any
export function registerError<C extends abstract new (...args: any[]) => Error>(meta: ImportMeta, errorClass: C): C;
/** Registers several classes, each under its key. */
// deno-lint-ignore no-explicit-any
export function registerError<M extends Record<string, abstract new (...args: any[]) => Error>>(
  meta: ImportMeta,
  errorClasses: M,
): M;
export function registerError(meta: ImportMeta, given: ErrorType | Record<string, ErrorType>): unknown {
  const url = (meta as { url?: unknown } | undefined)?.url;
  if (typeof url !== "string") throw typeError("Cannot register error: the first argument is not import.meta");
  if (typeof given === "function") registerErrorClass(url, given.name, given);
  else if (typeof given !== "object" || given === null) {
    throw typeError("Cannot register error: the second argument is neither a class nor an object of classes");
  } else for (const [name, errorClass] of Object.entries(given)) registerErrorClass(url, name, errorClass);
  return given;
}

function registerErrorClass(url: string, name: string, errorClass: ErrorType): void {
  const isErrorClass = typeof errorClass === "function" && errorClass.prototype instanceof Error;
  if (!isErrorClass) {
    throw typeError(`Cannot register error ${name || "(anonymous)"}: it is no class that extends Error`);
  }
  if (name === "") {
    throw typeError(
      "Cannot register error: its class has no name, give it one: registerError(import.meta, { Name: … })",
    );
  }
  const key = `${url}#${name}`;
  if ((classByName.get(key) ?? errorClass) !== errorClass) {
    throw typeError(
      `Cannot register error ${name}: its module has registered another class under that name, give one of them another name`,
    );
  }
  classByName.set(key, errorClass);
  nameByPrototype.set(errorClass.prototype, key);
}

/** Module and name of the nearest registered class of an error; null when it has none. */
export function registeredNameOf(error: Error): string | null {
  for (let up = Object.getPrototypeOf(error); up !== null; up = Object.getPrototypeOf(up)) {
    const key = nameByPrototype.get(up);
    if (key !== undefined) return key;
  }
  return null;
}

/** The class that is registered under module and name here. */
export function registeredError(key: string): { prototype: Error } | undefined {
  return classByName.get(key);
}

/** The name in module and name. */
export function nameInKey(key: string): string {
  return key.slice(key.lastIndexOf("#") + 1);
}
