/** Classes that managers make: registered for a manager of their own. */
import process from "node:process";
import { fork, Manager, Queue } from "../../../mod.ts";

export class Counter {
  #count: number;
  label = "counter";
  read = (): number => this.#count;

  constructor(start: number = 0) {
    if (start < 0) throw new RangeError("it starts below zero");
    this.#count = start;
  }

  add(by: number = 1): number {
    return this.#count += by;
  }

  async addLater(by: number): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return this.add(by);
  }

  nothing(): void {}

  echo(...values: unknown[]): unknown[] {
    return values;
  }

  pid(): number {
    return process.pid;
  }

  fail(message: string): never {
    throw new RangeError(message);
  }

  failOddly(): never {
    throw new Odd("odd");
  }

  async failLater(): Promise<never> {
    await Promise.resolve();
    throw new TypeError("later");
  }

  giveFunction(): unknown {
    return () => 1;
  }

  makeQueue(): Queue<number> {
    return new Queue<number>(2);
  }

  fork(): number {
    return fork();
  }

  spin(ms: number): void {
    const end = Date.now() + ms;
    while (Date.now() < end);
  }

  exit(): never {
    process.exit(3);
  }

  _hidden(): string {
    return "hidden";
  }
}

class Odd extends Error {
  override name = "Odd";
}

export class Derived extends Counter {
  twice(): number {
    return this.add(this.add(0));
  }
}

/** A function that makes an object. */
export function makeMap(entries: [string, number][]): Map<string, number> {
  return new Map(entries);
}

/** A function that makes a plain object, whose methods are its own. */
export async function makePlain(): Promise<object> {
  await Promise.resolve();
  return { greet: (name: string) => `hello ${name}`, field: 1 };
}

export function makeNumber(): number {
  return 1;
}

export class Counters extends Manager {}

Counters.register("Counter", Counter);
Counters.register("Derived", Derived);
Counters.register("Map", makeMap);
Counters.register("Plain", makePlain);
Counters.register("Number", makeNumber);
Counters.register("Hidden", Counter, { exposed: ["_hidden", "missing"] });
