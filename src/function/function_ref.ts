/**
 * References to functions, which cross instead of the functions themselves, and what
 * both sides know of a function: under which name `task()` registered it, and its
 * text. Without imports, since every child loads it.
 *
 * @module
 */

// deno-lint-ignore no-explicit-any
export type AnyFunction = (...args: any[]) => unknown;

/**
 * How a function is found in another process, as data: written by `locate()`, read by `resolve()`. `member` is its name
 * in an object that is exported as `key`. `hash` is that of its source text, which the child compares unless it is empty.
 * `unknown` is what the parent says of modules that it could not look into, and `shown` the beginning of its text where
 * it has no name.
 */
export type FunctionRef =
  | { by: "source"; name: string; source: string }
  | { by: "task"; name: string; url: string }
  | { by: "export"; name: string; url: string; key: string; member?: string; hash: string }
  | { by: "name"; name: string; urls: string[]; hash: string; unknown: string; shown?: string };

interface Registration {
  url: string;
  name: string;
  /** How many were registered before it. */
  before: number;
}

const registrations = new WeakMap<AnyFunction, Registration>();
const registered = new Map<string, AnyFunction>();
let count = 0;

/** Notes that the module at `url` calls `fn` by `name`. */
export function register(url: string, name: string, fn: AnyFunction): void {
  registered.set(`${url}#${name}`, fn);
  const known = registrations.get(fn);
  if (known?.url !== url || known.name !== name) registrations.set(fn, { url, name, before: count++ });
}

/** How many registrations there have been. */
export function registrationCount(): number {
  return count;
}

/** The way in which a function was registered here, if it was. */
export function registrationOf(fn: AnyFunction): Registration | undefined {
  return registrations.get(fn);
}

/** The function that a module registered under a name, if it did. */
export function registeredAs(url: string, name: string): AnyFunction | undefined {
  return registered.get(`${url}#${name}`);
}

/** A function's source text. */
export function sourceOf(fn: AnyFunction): string {
  return Function.prototype.toString.call(fn);
}

/** So much of its text stands for a function without a name. */
const SHOWN_CHARACTERS = 40;

/** The beginning of a function's text, for messages. */
export function beginningOf(fn: AnyFunction): string {
  const text = sourceOf(fn).replace(/\s+/g, " ");
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

const hashes = new WeakMap<AnyFunction, string>();

/** A hash of a function's source text. */
export function hashOf(fn: AnyFunction): string {
  let known = hashes.get(fn);
  if (known === undefined) hashes.set(fn, known = hash(sourceOf(fn)));
  return known;
}

/** FNV-1a in two lanes. Tells texts apart, and is no protection against forged ones. */
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

/** The modules in which the function may be. */
export function modulesOf(ref: FunctionRef): string[] {
  switch (ref.by) {
    case "source":
      return [];
    case "name":
      return ref.urls;
    default:
      return [ref.url];
  }
}
