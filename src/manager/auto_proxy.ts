/**
 * An object of a registered class that a manager owns, as other processes use it:
 * its methods, as functions that send a request. The owner's side is
 * `auto_state.ts`.
 *
 * @module
 */
import { encode } from "../codec/codec.ts";
import type { AnyFunction } from "../function/function_ref.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { attach, existingRefOf, refOf } from "../remote/object_registry.ts";
import { loadPart } from "../runtime/load_part.ts";
import { rejectOnThrow } from "./dict_proxy.ts";
import { showAs } from "../runtime/inspection.ts";

/** The methods of `T` as they are called from elsewhere: with copies of arguments, and asynchronous. */
export type Remote<T> = {
  readonly [N in keyof T as T[N] extends AnyFunction ? N : never]: T[N] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};

/** What a class or function makes; of any other type, that itself. */
export type Made<T> = T extends abstract new (...args: never) => infer Instance ? Instance
  : T extends (...args: never) => infer Result ? Awaited<Result>
  : T;

/** What a class or function is called with; of any other type it is not known. */
export type MakerArgs<T> = T extends abstract new (...args: infer Args) => unknown ? Args
  : T extends (...args: infer Args) => unknown ? Args
  : unknown[];

/** The proxy: it has one property for each method. */
class Registered {
  /**
   * @param name under which the class was registered
   * @param methods names of its methods; null when only its owner knows them
   */
  constructor(name: string, methods: readonly string[] | null) {
    for (const method of methods ?? []) {
      Object.defineProperty(this, method, { value: caller(() => ref, name, method), enumerable: true });
    }
    const ref = refOf(this, "Registered", [], [name, methods]);
    if (methods === null) return anyMethod(this, ref, name);
  }
}

function caller(ref: () => ObjectRef, name: string, method: string): (...args: unknown[]) => Promise<unknown> {
  return (...args) =>
    rejectOnThrow(() =>
      ref().request(`call ${name}.${method}`, "call", {
        args: [method],
        value: encode(args, "args"),
        hasEffect: true,
      })
    );
}

/** A proxy that has a method of every name. */
function anyMethod(object: Registered, ref: ObjectRef, name: string): Registered {
  const methods = new Map<string, (...args: unknown[]) => Promise<unknown>>();
  const proxy = new Proxy(object, {
    get(target, key, receiver) {
      if (typeof key !== "string" || key === "then" || key === "toJSON" || key in target) {
        return Reflect.get(target, key, receiver);
      }
      let method = methods.get(key);
      if (method === undefined) methods.set(key, method = caller(() => ref, name, key));
      return method;
    },
  });
  attach(proxy, ref);
  return proxy;
}

async function loadRegisteredState(): Promise<StateFactory> {
  const { createRegistered } = await loadPart(import.meta.url, () => import("./auto_state.ts"));
  return { create: createRegistered };
}

showAs(Registered, (object) => ({ type: existingRefOf(object)?.details[0], ...existingRefOf(object)?.describe() }));
shareable("Registered", Registered, loadRegisteredState);
