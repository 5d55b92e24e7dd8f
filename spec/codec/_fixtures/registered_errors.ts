/** Error classes that their module registers, and functions that throw them. */

import { registerError } from "../../../mod.ts";

export class OutOfStock extends Error {
  readonly item: string;

  constructor(item: string) {
    super(`no ${item} left`);
    this.item = item;
  }

  describe(): string {
    return `${this.item} is out of stock`;
  }
}

export class WrongKind extends TypeError {}

registerError(import.meta, { OutOfStock, WrongKind });

export class SoldOut extends OutOfStock {}

export function take(item: string): void {
  throw new OutOfStock(item);
}

/** Throws an error of a class that is registered in this process alone. */
export function takeUnknown(): void {
  class OnlyThere extends Error {}
  registerError(import.meta, { OnlyThere });
  throw new OnlyThere("there");
}
