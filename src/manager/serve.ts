/**
 * What a manager needs that is this very process: the objects that only managers
 * have, and what is registered. Loaded when one begins to serve.
 *
 * @module
 */
import type { AnyFunction } from "../function/function_ref.ts";
import { ConnectError } from "../errors.ts";
import { keepPending } from "../remote/local_operation.ts";
import { dropForeignObjects } from "../remote/object_table.ts";
import { registered } from "./registry.ts";
import { registerManagerKinds } from "./kinds.ts";

/** Makes this process one with which all that a manager has can live: what is registered for `Class` as well. */
export function becomeManager(Class: object): void {
  keepPending();
  registerManagerKinds((name) => {
    const type = registered(Class, name);
    if (type !== undefined) return Promise.resolve({ target: type.target as AnyFunction, exposed: type.exposed });
    return Promise.reject(
      new RangeError(`Cannot make ${name}: the manager does not know it, register it where the manager runs`),
    );
  });
}

/** What a manager had made here is gone, for this process too. */
export function abandon(): void {
  dropForeignObjects(new ConnectError("Cannot use shared object: the manager that owned it was shut down", ""));
}
