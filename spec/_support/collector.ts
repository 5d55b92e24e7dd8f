/**
 * The receiving end of a connection under test: keeps what comes.
 *
 * @module
 */
import type { ByteSink } from "../../src/runtime/network.ts";
import { until } from "./async.ts";

export class Collector implements ByteSink {
  readonly #space: Uint8Array;
  readonly #parts: Uint8Array[] = [];
  size = 0;
  ends = 0;

  /** @param room size of the space that is given out each time */
  constructor(room = 1000) {
    this.#space = new Uint8Array(room);
  }

  space(): Uint8Array {
    return this.#space;
  }

  filled(count: number): void {
    if (count < 1 || count > this.#space.length) throw new Error(`${count} bytes cannot have been put there`);
    this.#parts.push(this.#space.slice(0, count));
    this.size += count;
    this.#space.fill(255);
  }

  ended(): void {
    this.ends++;
  }

  /** The bytes, once so many have come. */
  async bytes(count: number): Promise<Uint8Array> {
    await until(() => this.size >= count, `${count} bytes have come`);
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}
