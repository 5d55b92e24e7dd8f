/**
 * The iterator of the lazy maps: draws items as workers have room, with a bounded
 * number ahead, and yields the values in the order of the items or of their
 * arrival. Knows the pool only as a function that submits a chunk.
 *
 * @module
 */
import type { AsyncResult } from "./async_result.ts";

/** Values of a chunk, and errors of the items that failed, by the index of the item in the chunk. */
export interface ChunkOutcome<R> {
  readonly values: (R | undefined)[];
  readonly failures: ReadonlyMap<number, unknown>;
}

/**
 * Submits one chunk; `offset` is the index of its first item among all.
 *
 * @throws {SerializationError} an item cannot be sent
 */
export type SubmitChunk<T, R> = (items: T[], offset: number) => AsyncResult<ChunkOutcome<R>>;

/** Options of the iterator, all given. */
export interface ImapSettings {
  readonly chunksize: number;
  /** Items that may be drawn and whose values were not yet yielded. */
  readonly buffer: number;
  readonly ordered: boolean;
  /** Called with the number of items of each chunk that has ended. */
  readonly report: ((items: number) => void) | undefined;
}

/** A chunk that was drawn: its number of items and its outcome. */
interface Chunk<R> {
  readonly items: number;
  result: AsyncResult<ChunkOutcome<R>> | null;
  outcome: ChunkOutcome<R> | null;
  failure: { error: unknown } | null;
}

/** An iterator over the values of `submit` for the items of `input`. */
export class Imap<T, R> implements AsyncIterableIterator<R>, AsyncDisposable {
  readonly #input: AsyncIterator<T> | Iterator<T>;
  readonly #isAsync: boolean;
  readonly #submit: SubmitChunk<T, R>;
  readonly #settings: ImapSettings;
  /** Chunks whose values were not yielded: all in the order of the input, or those that have ended as they ended. */
  readonly #chunks: Chunk<R>[] = [];
  readonly #running = new Set<Chunk<R>>();
  /** Items whose values were not yielded, and all items that were drawn. */
  #ahead = 0;
  #drawn = 0;
  #drawing = false;
  #exhausted = false;
  #stopped = false;
  /** The chunk whose values are being yielded, and how many of them were. */
  #current: ChunkOutcome<R> = { values: [], failures: new Map() };
  #yielded = 0;
  /** The error of the input, which comes last when values are yielded in the order of their arrival. */
  #last: Chunk<R> | null = null;
  #waiting: (() => void)[] = [];

  constructor(input: Iterable<T> | AsyncIterable<T>, submit: SubmitChunk<T, R>, settings: ImapSettings) {
    const asynchronous = (input as AsyncIterable<T>)[Symbol.asyncIterator]; // not with `in`: the input may be a string
    this.#isAsync = typeof asynchronous === "function";
    this.#input = this.#isAsync ? asynchronous.call(input) : (input as Iterable<T>)[Symbol.iterator]();
    this.#submit = submit;
    this.#settings = settings;
    void this.#draw();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get #hasRoom(): boolean {
    return this.#ahead === 0 || this.#ahead + this.#settings.chunksize <= this.#settings.buffer;
  }

  /** Draws items while there is room. Does nothing while it is drawing. */
  async #draw(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    let items: T[] = [];
    try {
      while (!this.#exhausted && !this.#stopped && this.#hasRoom) {
        while (items.length < this.#settings.chunksize && !this.#exhausted) {
          const step = this.#input.next();
          const { done, value } = this.#isAsync ? await step : step as IteratorResult<T>;
          if (done) this.#exhausted = true;
          else items.push(value);
        }
        if (items.length > 0) this.#send(items);
        items = [];
      }
    } catch (error) {
      // The items before the error are still done; the error comes where the next item would have come.
      this.#exhausted = true;
      if (items.length > 0) this.#send(items);
      const chunk = { items: 0, result: null, outcome: null, failure: { error } };
      if (this.#settings.ordered) this.#chunks.push(chunk);
      else this.#last = chunk;
    } finally {
      this.#drawing = false;
      this.#wake();
    }
  }

  #send(items: T[]): void {
    if (this.#stopped) return;
    const offset = this.#drawn;
    const chunk: Chunk<R> = { items: items.length, result: null, outcome: null, failure: null };
    try {
      chunk.result = this.#submit(items, offset);
    } catch (error) {
      if (items.length > 1) return items.forEach((item) => this.#send([item])); // the others can be sent
      chunk.failure = { error };
    }
    this.#drawn += items.length;
    this.#ahead += items.length;
    if (this.#settings.ordered) this.#chunks.push(chunk);
    this.#running.add(chunk);
    void this.#follow(chunk);
  }

  async #follow(chunk: Chunk<R>): Promise<void> {
    try {
      chunk.outcome = await chunk.result;
    } catch (error) {
      chunk.failure = { error };
    }
    if (!this.#stopped) this.#settings.report?.(chunk.items);
    this.#running.delete(chunk);
    if (!this.#settings.ordered) this.#chunks.push(chunk);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** The next value. Rejects with the error of an item; the values after it still come. */
  async next(): Promise<IteratorResult<R>> {
    for (;;) {
      if (this.#yielded < this.#current.values.length) return { done: false, value: this.#take(this.#yielded++) };
      if (this.#stopped) return { done: true, value: undefined };
      if (this.#chunks.length === 0 && this.#exhausted && !this.#drawing && this.#running.size === 0) {
        const last = this.#last;
        this.#last = null;
        if (last === null) return { done: true, value: undefined };
        throw last.failure!.error;
      }
      const chunk = this.#chunks[0];
      if (chunk === undefined || chunk.outcome === null && chunk.failure === null) {
        await new Promise<void>((wake) => this.#waiting.push(wake));
        continue;
      }
      this.#chunks.shift();
      this.#ahead -= chunk.items;
      void this.#draw();
      if (chunk.failure !== null) throw chunk.failure.error;
      this.#current = chunk.outcome!;
      this.#yielded = 0;
    }
  }

  /** The value of an item of the current chunk, which is not kept. @throws the error of an item that failed */
  #take(index: number): R {
    const { values, failures } = this.#current;
    if (failures.has(index)) throw failures.get(index);
    const value = values[index] as R;
    values[index] = undefined;
    return value;
  }

  /** Cancels the chunks that are under way and closes the input. */
  async return(): Promise<IteratorResult<R>> {
    if (!this.#stopped) {
      this.#stopped = true;
      this.#current = { values: [], failures: new Map() };
      for (const chunk of this.#running) chunk.result?.cancel();
      this.#wake();
      if (!this.#exhausted) await this.#closeInput();
    }
    return { done: true, value: undefined };
  }

  /** As `return()`. A loop that ends by the error of an item does not call that. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Does not wait for an input that is producing its next item: it may never do so. */
  async #closeInput(): Promise<void> {
    const closing = Promise.resolve(this.#input.return?.());
    if (this.#drawing) closing.catch(() => {});
    else await closing;
  }
}
