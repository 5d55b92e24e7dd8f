/**
 * What a manager needs that serves in this very process: the objects that only
 * managers own, and what is registered. Loaded when it begins to serve.
 *
 * @module
 */
import { rangeError } from "../error_stack.ts";
import { ConnectError } from "../errors.ts";
import type { AnyFunction } from "../function/function_ref.ts";
import { keepPending } from "../remote/local_operation.ts";
import { dropForeignObjects } from "../remote/object_table.ts";
import { provideModels } from "./auto_state.ts";
import { registeredType } from "./registry.ts";

/** From now on this process can own everything that a manager can, also what is registered for `Class`. */
export function serveObjects(Class: object): void {
  keepPending();
  provideModels((name) => {
    const type = registeredType(Class, name);
    if (type !== undefined) return Promise.resolve({ target: type.target as AnyFunction, exposed: type.exposed });
    return Promise.reject(
      rangeError(`Cannot make ${name}: the manager does not know it, register it where the manager runs`),
    );
  });
}

/** Ends the objects that others have made here. */
export function abandonObjects(): void {
  dropForeignObjects(new ConnectError("Cannot use shared object: the manager that owned it was shut down", ""));
}
