/**
 * The table of all kinds of shared objects. Each class enters itself, with what
 * loads the state that its objects have where they live, so a process loads no
 * state of which it owns no object. Knows no class.
 *
 * @module
 */
import { sendAsHandle } from "../codec/reduction.ts";
import { isShown, showAs } from "../runtime/inspection.ts";
import type { ObjectState } from "./operation.ts";

/** What a module of states gives to those who create objects of one kind. */
export interface StateFactory {
  /** Makes the state of a new object. The arguments may come from another process: it checks them. */
  // deno-lint-ignore no-explicit-any
  create(...args: any[]): ObjectState;
  /** Makes the state of the lock that each object of the kind has. */
  createLock?(): ObjectState;
}

/** What is done when handles of a kind are sent or received. */
export interface HandleHooks {
  /** The object's handle is being sent. @returns what goes with it: data that JSON has */
  sending(object: object): unknown;
  /** The object's handle was received, with what {@linkcode sending} gave. */
  received(object: object, given: unknown): void;
  /** No object of this process holds that reference any more. */
  lost(ref: object): void;
}

/** One kind of shared objects. */
export interface SharedKind {
  /** Made with the details of a handle, where the class takes any. */
  // deno-lint-ignore no-explicit-any
  readonly Class: new (...details: any[]) => object;
  /** Loads what creates the states; undefined: no process owns such objects. */
  readonly loadState?: (() => Promise<StateFactory>) | undefined;
  readonly hooks?: HandleHooks | undefined;
}

const kinds = new Map<string, SharedKind>();

/** What `console.log()` shows of a shared object. */
let describe: (object: object) => object = () => ({});

/** From now on shared objects are shown with these fields. */
export function showObjectsAs(fieldsOf: (object: object) => object): void {
  describe = fieldsOf;
}

/** Objects of `Class` are sent as handles of the kind `name`. */
export function shareable(
  name: string,
  Class: SharedKind["Class"],
  loadState?: SharedKind["loadState"],
  hooks?: HandleHooks,
): void {
  kinds.set(name, { Class, loadState, hooks });
  sendAsHandle(Class, name);
  if (!isShown(Class)) showAs(Class, (object) => describe(object));
}

/** The kind of that name; undefined when its class was not loaded. */
export function kindNamed(name: string): SharedKind | undefined {
  return kinds.get(name);
}

/** Names of all kinds whose classes were loaded. */
export function kindNames(): string[] {
  return [...kinds.keys()];
}
