/**
 * The functions that the tasks of a worker call, by number. A function's module is
 * imported with its first task.
 *
 * @module
 */
import type { ChildContext } from "../process/child_context.ts";
import type { AnyFunction, FunctionRef } from "../function/function_ref.ts";
import { resolve } from "../function/resolve.ts";

/** The runtime has refused to import a module that this worker was not started with. */
export class ImportRefusal {
  readonly url: string;
  readonly error: unknown;

  constructor(url: string, error: unknown) {
    this.url = url;
    this.error = error;
  }
}

export class WorkerFunctions {
  readonly #context: ChildContext;
  readonly #refs = new Map<number, FunctionRef>();
  readonly #loaded = new Map<number, AnyFunction>();

  constructor(context: ChildContext) {
    this.#context = context;
  }

  /** From now on `number` stands for this function. */
  add(number: number, ref: FunctionRef): void {
    this.#refs.set(number, ref);
  }

  /** A function whose module is imported. */
  loaded(number: number): AnyFunction | undefined {
    return this.#loaded.get(number);
  }

  /**
   * Imports the module of a function.
   *
   * @param onImport called with the module before it is imported, and awaited
   * @returns an {@linkcode ImportRefusal} when a worker that is started with the module could import it
   * @throws whatever the module throws
   */
  async load(number: number, onImport: (url: string) => Promise<void> | void): Promise<AnyFunction | ImportRefusal> {
    let refused: string | null = null;
    const importModule = async (url: string) => {
      await onImport(url);
      try {
        return await this.#context.importModule(url);
      } catch (error) {
        // A refused import rejects with a plain TypeError.
        const cause = error instanceof Error ? error.cause : undefined;
        const isRefusal = cause instanceof TypeError || cause instanceof Error && cause.name === "NotCapable";
        if (isRefusal && !this.#context.wasStartedWith(url)) refused = url;
        throw error;
      }
    };
    try {
      const fn = await resolve(this.#refs.get(number)!, importModule);
      this.#loaded.set(number, fn);
      return fn;
    } catch (error) {
      if (refused !== null) return new ImportRefusal(refused, error);
      throw error;
    }
  }
}
