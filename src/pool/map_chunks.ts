/**
 * Chunks of a map: their size, their encoding, and the assembly of their values.
 *
 * @module
 */
import { type Encoded, encodeList } from "../codec/codec.ts";
import { SerializationError } from "../errors.ts";

/** Python's default: four chunks for each worker, rounded up. */
export function defaultChunkSize(items: number, workers: number): number {
  return Math.max(1, Math.ceil(items / (4 * workers)));
}

/** Encodes one chunk. An error names an item by its index among all items. */
export function encodeChunk(items: readonly unknown[], offset: number): Encoded {
  try {
    return encodeList(items, "items");
  } catch (error) {
    const at = error instanceof SerializationError ? /^items\[(\d+)\](.*)$/s.exec(error.path) : null;
    if (at === null || offset === 0) throw error;
    const path = `items[${Number(at[1]) + offset}]${at[2]}`;
    throw new SerializationError(
      (error as Error).message.replace((error as SerializationError).path, path),
      path,
      error,
    );
  }
}

/** Collects the values of all chunks. When items fail, the error of the first of them is kept until all chunks have ended. */
export class MapAssembly<R> {
  readonly #values: R[];
  #open: number;
  #failure: { index: number; error: unknown } | null = null;
  readonly #end: (failure: { error: unknown } | null, values: R[]) => void;

  constructor(items: number, chunks: number, end: (failure: { error: unknown } | null, values: R[]) => void) {
    this.#values = new Array(items);
    this.#open = chunks;
    this.#end = end;
  }

  value(offset: number, values: readonly R[]): void {
    for (let index = 0; index < values.length; index++) this.#values[offset + index] = values[index]!;
    this.#close();
  }

  error(index: number, error: unknown): void {
    if (this.#failure === null || index < this.#failure.index) this.#failure = { index, error };
    this.#close();
  }

  #close(): void {
    if (--this.#open === 0) this.#end(this.#failure, this.#values);
  }
}
