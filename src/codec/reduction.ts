/**
 * Objects that are not copied to another process: shared objects are sent as
 * handles, and some objects cannot be sent at all. Knows no table of nodes.
 *
 * @module
 */
import { LIBRARY } from "../error_classes.ts";
import { ProtocolError } from "../errors.ts";
import { MAKE_AGAIN, OF_ANOTHER_COPY, OF_ITS_PROCESS, OPEN_AGAIN, type Refusal, remedyForBuiltIn } from "./refusal.ts";

/** Classes of this copy of the library, by prototype: why their instances are refused; null for those that cross as handles. */
const ownClasses = new Map<object, string | null>();

/** Instances of `Class` are refused as `what`: they belong to the process that made them. */
export function refuseSending(Class: { prototype: object }, what: string): void {
  ownClasses.set(Class.prototype, what);
  mark(Class.prototype, what);
}

/** Instances of `Class` cross as what the registered {@linkcode Reduction} writes for them. */
export function sendAsHandle(Class: { prototype: object }, kind: string): void {
  ownClasses.set(Class.prototype, null);
  mark(Class.prototype, withArticle(kind));
}

/** Tells other copies of the library in the same program what an object of this prototype is. */
function mark(prototype: object, what: string): void {
  Object.defineProperty(prototype, LIBRARY, { value: what, configurable: true });
}

/** What was written for one object that stays in its process. */
export interface WrittenHandle {
  /** Data that JSON has. */
  readonly handle: unknown;
  /** Where its owner listens: what a process must be able to connect to in order to use the object. */
  readonly addresses: readonly string[];
}

/** Handles of shared objects: written for an object, and read as an object. */
export interface Reduction {
  /** What is written for an object; null when it is no shared object. */
  write(value: object): WrittenHandle | null;
  /**
   * The object that a handle stands for in this process.
   *
   * @param isFromParent the handle came from the process that started this one
   * @throws {ProtocolError} it is malformed
   */
  read(handle: unknown, isFromParent: boolean): object;
}

let sharing: Reduction | null = null;

/** Sets the reduction of shared objects. */
export function registerReduction(given: Reduction): void {
  sharing = given;
}

/** Thrown for a handle of a class that this process has not loaded yet: load it, and decode again. */
export class UnknownKind extends ProtocolError {}

/** The handle of an object; null when it is no shared object. */
export function handleOf(value: object): WrittenHandle | null {
  return sharing === null ? null : sharing.write(value);
}

/** The object of a handle. @throws {UnknownKind} its class is not loaded */
export function objectOf(handle: unknown, isFromParent: boolean): object {
  if (sharing !== null) return sharing.read(handle, isFromParent);
  throw new UnknownKind("Cannot decode value: it holds a shared object, nobody knows such here");
}

// --- what is refused ---

/** Built-in classes whose subclasses are sent as data. */
const HARMLESS = new Set(["Object", "EventTarget"]);

const refusals = new WeakMap<object, { refusal: Refusal | null }>();

/**
 * Why an object cannot cross that is copied field by field, or null. What it holds besides its own enumerable fields
 * would be lost: that is so for objects of the runtime, and for any class without such fields.
 */
export function reasonToRefuse(value: object, keys: readonly string[]): Refusal | null {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) {
    const tag = keys.length > 0 ? undefined : Object.getOwnPropertyDescriptor(value, Symbol.toStringTag);
    if (tag === undefined || tag.enumerable) return null;
    return { thing: `the object ${String(tag.value)}`, remedy: "use that of the other process" };
  }
  let known = refusals.get(prototype);
  if (known === undefined) refusals.set(prototype, known = { refusal: refusalOfClass(prototype) });
  if (known.refusal !== null) return known.refusal;
  if ("_events" in value && "_eventsCount" in value) {
    return { thing: `${nameOf(prototype)}, which is an event emitter,`, remedy: OPEN_AGAIN };
  }
  if (keys.length > 0 || isForeignPlain(prototype)) return null;
  if (ownClassOf(prototype) === null) return null;
  return { thing: `${nameOf(prototype)}, which has no public fields,`, remedy: MAKE_AGAIN };
}

function refusalOfClass(prototype: object): Refusal | null {
  for (let up: object | null = prototype; up !== null; up = Object.getPrototypeOf(up)) {
    const own = ownClasses.get(up);
    if (own !== undefined) return own === null ? null : { thing: own, remedy: OF_ITS_PROCESS };
    if (Object.hasOwn(up, LIBRARY)) {
      return {
        thing: `${(up as Record<symbol, unknown>)[LIBRARY]} of another copy of the library`,
        remedy: OF_ANOTHER_COPY,
      };
    }
    const name = globalName(up);
    if (name !== null && !HARMLESS.has(name)) {
      return { thing: /[^s]s$/.test(name) ? name : withArticle(name), remedy: remedyForBuiltIn(name) };
    }
  }
  if ("next" in prototype && (Symbol.iterator in prototype || Symbol.asyncIterator in prototype)) {
    const list = Symbol.iterator in prototype ? "[...iterator]" : "await Array.fromAsync(iterator)";
    return { thing: nameOf(prototype), remedy: `send a list of what it gives: ${list}` };
  }
  if (Symbol.dispose in prototype || Symbol.asyncDispose in prototype) {
    return { thing: `${nameOf(prototype)}, which must be disposed of,`, remedy: OPEN_AGAIN };
  }
  return null;
}

/** The name under which the runtime itself has a class as a global, whatever the program calls its own. */
function globalName(prototype: object): string | null {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  if (typeof constructor !== "function") return null;
  const { name } = constructor;
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  if (descriptor === undefined || (globalThis as Record<string, unknown>)[name] !== constructor) return null;
  const isBuiltIn = !descriptor.enumerable ||
    /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(constructor));
  return isBuiltIn ? name : null;
}

/** What is registered for a class, or for one from which it derives, as in {@linkcode ownClasses}; undefined: nothing. */
function ownClassOf(prototype: object): string | null | undefined {
  for (let up: object | null = prototype; up !== null; up = Object.getPrototypeOf(up)) {
    const own = ownClasses.get(up);
    if (own !== undefined) return own;
  }
  return undefined;
}

/** Whether it is the prototype of plain objects of another realm, such as a context of `node:vm`. */
function isForeignPlain(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && prototype.constructor?.name === "Object";
}

/** The name of an instance in messages: its class, or its tag where the class has no name. */
function nameOf(prototype: object): string {
  const tag: unknown = (prototype as Record<symbol, unknown>)[Symbol.toStringTag];
  const constructor = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as
    | { name?: unknown }
    | undefined;
  if (typeof constructor?.name === "string" && constructor.name !== "") return withArticle(constructor.name);
  return typeof tag === "string" ? withArticle(tag) : "an object of a class without a name";
}

function withArticle(name: string): string {
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}
