/**
 * Calls functions of the user in the program that has the pool: callbacks and
 * `onProgress`. They run in the asynchronous context of the call that was given
 * them, and what they throw or reject with is printed and stops nothing.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { formatError } from "../runtime/format_error.ts";

/** Calls functions of the user in the asynchronous context in which it was made. */
export class UserFunctions {
  readonly #calls: (() => void)[] = [];
  #wake: () => void = () => {};

  constructor() {
    void this.#run();
  }

  /** Calls a function soon; `name` is that of the option it was given as. */
  call<T>(name: string, fn: (value: T) => unknown, value: T): void {
    this.#calls.push(() => void callUserFunction(name, fn, value));
    this.#wake();
  }

  /** An async function goes on in the context in which it was called, whoever resolves the promise that it awaits. */
  async #run(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => this.#wake = resolve);
      for (let next = this.#calls.shift(); next !== undefined; next = this.#calls.shift()) next();
    }
  }
}

async function callUserFunction<T>(name: string, fn: (value: T) => unknown, value: T): Promise<void> {
  try {
    await fn(value);
  } catch (error) {
    thisProcess().writeStderr(`Pool ${name} failed:\n${formatError(error)}\n`);
  }
}
