/**
 * A child that does, with an object, what a test tells it.
 *
 * @module
 */
import { Process, Queue } from "../../../mod.ts";
import { obey, type Order, type Report } from "./lock_ways.ts";

/** An act that the object's owner knows of. */
export interface Begun {
  outcome: Promise<unknown>;
  /** Aborts its signal; settles when the object's owner knows of it. */
  cancel(): Promise<void>;
}

export class Puppet implements AsyncDisposable {
  readonly #orders = new Queue<Order>();
  readonly #reports = new Queue<Report>();
  readonly #process: Process;
  readonly #end = new AbortController();
  readonly #begun = new Map<number, () => void>();
  readonly #outcomes = new Map<number, PromiseWithResolvers<unknown>>();
  #number = 0;

  constructor(object: object) {
    this.#process = new Process({ target: obey, args: [object, this.#orders, this.#reports], stderr: "null" }).start();
    void this.#listen().catch(() => {});
  }

  async #listen(): Promise<void> {
    for (;;) {
      const { number, type, value } = await this.#reports.get({ signal: this.#end.signal });
      if (type === "begun") this.#begun.get(number)!();
      else if (type === "done") this.#outcomes.get(number)!.resolve(value);
      else this.#outcomes.get(number)!.reject(value);
    }
  }

  /** Begins an act. */
  async begin(act: string, ...args: unknown[]): Promise<Begun> {
    const number = ++this.#number;
    const outcome = Promise.withResolvers<unknown>();
    outcome.promise.catch(() => {});
    this.#outcomes.set(number, outcome);
    await this.#order(number, act, args);
    return { outcome: outcome.promise, cancel: () => this.#order(++this.#number, "cancel", [number]) };
  }

  async #order(number: number, act: string, args: unknown[]): Promise<void> {
    const begun = new Promise<void>((resolve) => this.#begun.set(number, resolve));
    await this.#orders.put({ number, act, args });
    await begun;
  }

  /** Does an act. */
  async call(act: string, ...args: unknown[]): Promise<unknown> {
    return await (await this.begin(act, ...args)).outcome;
  }

  /** Ends in a way: kill, exit, throw or return. */
  async end(way: string): Promise<number | null> {
    await this.#orders.put({ number: 0, act: way, args: [] });
    return await this.#process.join();
  }

  /** Kills it from outside. */
  async kill(): Promise<void> {
    this.#process.kill();
    await this.#process.join();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    if (this.#process.isAlive()) await this.kill();
  }
}
