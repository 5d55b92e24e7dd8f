/**
 * A manager that is this very process: lets strangers in to objects that live
 * here, until it is ended. Loaded when one begins to serve.
 *
 * @module
 */
import { here } from "../adapter.ts";
import { StateError } from "../errors.ts";
import type { AnyFunction } from "../registry.ts";
import { moveHome, type Where } from "../shared/where.ts";
import { Gate } from "./gate.ts";
import { registered } from "./register.ts";
import { settleHere } from "./residents.ts";

let isServing = false;

export class Serving {
  readonly #gate: Gate;
  readonly #end = Promise.withResolvers<void>();
  /** Where its objects live. */
  readonly where: Where;

  /**
   * @param Class of the manager: what is registered for it can be made
   * @param address null: one of its own
   * @throws {ConnectError} it cannot listen there
   * @throws {StateError} this process serves as a manager already
   */
  constructor(Class: object, address: string | null, key: string) {
    if (isServing) {
      throw new StateError("Cannot serve as manager: this process does already, shut that down first", "serving");
    }
    this.#gate = new Gate(address, key);
    isServing = true;
    settleHere((name) => {
      const type = registered(Class, name);
      if (type === undefined) return Promise.reject(unknown(name));
      return Promise.resolve({ target: type.target as AnyFunction, exposed: type.exposed });
    });
    moveHome(this.where = [this.#gate.address, key]);
  }

  /** Serves until it is ended, or until ^C. */
  async run(): Promise<void> {
    const heartbeat = setInterval(() => {}, 2 ** 30);
    const unheed = here().onInterrupt(() => this.end());
    await this.#end.promise;
    clearInterval(heartbeat);
    unheed();
  }

  /** Lets nobody in any more, and ends the connections of all who are there. */
  end(): void {
    if (isServing) moveHome(null);
    isServing = false;
    this.#gate.close();
    this.#end.resolve();
  }
}

function unknown(name: string): RangeError {
  return new RangeError(`Cannot make ${name}: the manager does not know it, register it where the manager runs`);
}
