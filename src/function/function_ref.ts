/**
 * What both sides know of named functions: which were registered by `task()`, and
 * the text of each. Small and without imports, since every child loads it.
 *
 * @module
 */

// deno-lint-ignore no-explicit-any
export type AnyFunction = (...args: any[]) => unknown;

/**
 * How a function is found in another process. `text` is a hash of its source, which the child compares;
 * `blind` says that the parent could not read what the modules import.
 */
export type FunctionRef =
  | { by: "task"; name: string; url: string }
  | { by: "export"; name: string; url: string; key: string; text: string }
  | { by: "text"; name: string; urls: string[]; text: string; blind: boolean }
  | { by: "source"; name: string; source: string };

interface Registration {
  url: string;
  name: string;
}

const registrations = new WeakMap<AnyFunction, Registration>();
const registered = new Map<string, AnyFunction>();

/** Notes that the module at `url` calls `fn` by `name`. */
export function register(url: string, name: string, fn: AnyFunction): void {
  registered.set(`${url}#${name}`, fn);
  registrations.set(fn, { url, name });
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

const hashes = new WeakMap<AnyFunction, string>();

/** A hash of a function's source text. */
export function hashOf(fn: AnyFunction): string {
  let known = hashes.get(fn);
  if (known === undefined) hashes.set(fn, known = hash(sourceOf(fn)));
  return known;
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

/** The modules in which a note may find its function. */
export function modulesOf(note: FunctionRef): string[] {
  switch (note.by) {
    case "source":
      return [];
    case "text":
      return note.urls;
    default:
      return [note.url];
  }
}
