/**
 * What a manager needs that is this very process: the objects that only managers
 * have, and what is registered. Loaded when one begins to serve.
 *
 * @module
 */
import type { AnyFunction } from "../registry.ts";
import { registered } from "./register.ts";
import { settleHere } from "./residents.ts";

/** Makes this process one with which all that a manager has can live: what is registered for `Class` as well. */
export function beManager(Class: object): void {
  settleHere((name) => {
    const type = registered(Class, name);
    if (type !== undefined) return Promise.resolve({ target: type.target as AnyFunction, exposed: type.exposed });
    return Promise.reject(
      new RangeError(`Cannot make ${name}: the manager does not know it, register it where the manager runs`),
    );
  });
}
