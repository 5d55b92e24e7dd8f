/**
 * An object of a registered class that lives with a manager, as its users hold it:
 * its methods, as functions that ask for it. Where it lives:
 * `registered_state.ts`.
 *
 * @module
 */
import { encode } from "../codec/codec.ts";
import { withRemoteStack } from "../codec/error_codec.ts";
import type { AnyFunction } from "../function/function_ref.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { attach, refOf } from "../remote/object_registry.ts";
import { attempt } from "./dict_proxy.ts";

/** The methods of `T` as they are called from elsewhere: with copies of arguments, and asynchronous. */
export type Remote<T> = {
  readonly [N in keyof T as T[N] extends AnyFunction ? N : never]: T[N] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};

/** What is held of it. */
class Registered {
  /**
   * @param name under which it was registered
   * @param methods those that it has; null when that is known only where it lives
   */
  constructor(name: string, methods: readonly string[] | null) {
    const reach = refOf(this, "Registered", [], [name, methods]);
    if (methods === null) return anyMethod(this, reach, name);
    for (const method of methods) {
      Object.defineProperty(this, method, { value: caller(reach, name, method), enumerable: true });
    }
  }
}

function caller(reach: ObjectRef, name: string, method: string): (...args: unknown[]) => Promise<unknown> {
  return (...args) =>
    attempt(() =>
      reach.request(`call ${name}.${method}`, "call", {
        args: [method],
        value: encode(args, "args"),
        mapError: withRemoteStack,
        hasEffect: true,
      })
    );
}

/** Has a method of whatever name it is asked for. */
function anyMethod(object: Registered, reach: ObjectRef, name: string): Registered {
  const methods = new Map<string, (...args: unknown[]) => Promise<unknown>>();
  const proxy = new Proxy(object, {
    get(target, key, receiver) {
      if (typeof key !== "string" || key === "then" || key === "toJSON" || key in target) {
        return Reflect.get(target, key, receiver);
      }
      let method = methods.get(key);
      if (method === undefined) methods.set(key, method = caller(reach, name, key));
      return method;
    },
  });
  attach(proxy, reach);
  return proxy;
}

async function loadState(): Promise<StateFactory> {
  const { createRegistered } = await import("./auto_state.ts");
  return { create: createRegistered };
}

shareable("Registered", Registered, loadState);
