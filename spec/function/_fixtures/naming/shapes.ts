/** Functions in every shape that a module can export. */
import { told } from "./told.ts";

export default function (text: string): string {
  return told(`default ${text}`);
}

export const arrow = (text: string): string => told(`arrow ${text}`);

export const expression = function (text: string): string {
  return told(`expression ${text}`);
};

export async function later(text: string): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return told(`later ${text}`);
}

function inner(text: string): string {
  return told(`renamed ${text}`);
}
export { inner as renamed };

export function* generate(text: string): Generator<string> {
  yield told(`generated ${text}`);
}

export async function* generateLater(text: string): AsyncGenerator<string> {
  yield told(`generated ${text}`);
}

export const $ = (text: string): string => told(`dollar ${text}`);

export function giveGenerator(text: string): Generator<string> {
  return generate(text);
}

/** A decorator that puts another function in the place of a method. */
// deno-lint-ignore no-explicit-any
function replaced(method: (...args: any[]) => unknown): any {
  return function (...args: unknown[]) {
    return method(...args);
  };
}

export class Counter {
  static arrow = (text: string): string => told(`static ${text}`);

  count = 1;

  get doubled(): number {
    return 2 * this.count;
  }

  set doubled(n: number) {
    this.count = n / 2;
  }

  @replaced
  static decorated(n: number): number {
    return n;
  }

  next(): number {
    return this.count + 1;
  }

  static zero(): number {
    return 0;
  }
}

export const shelf = {
  arrow: (text: string): string => told(`shelf ${text}`),
  method() {
    return 1;
  },
  get(key: string) {
    return key;
  },
};

function hidden(text: string): string {
  return told(`hidden ${text}`);
}

export function giveHidden(): typeof hidden {
  return hidden;
}

export function giveClosure(n: number): () => number {
  return function closure() {
    return n;
  };
}
