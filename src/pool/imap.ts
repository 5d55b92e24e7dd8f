/**
 * The lazy maps: draw items as workers get free, with a bounded number under
 * way, and give the values in order or as they come. Knows the pool only as a
 * way to submit a chunk.
 *
 * @module
 */
import type { AsyncResult } from "./async_result.ts";

/** Submits one chunk of the items, which begins at `offset`. */
export type SubmitChunk<T, R> = (items: T[], offset: number) => AsyncResult<R[]>;

/** What a lazy map runs with. */
export interface ImapPlan {
  readonly chunksize: number;
  /** Items that may be drawn and not yet given to the user. */
  readonly buffer: number;
  readonly ordered: boolean;
  /** Told how many items are done when a chunk is. */
  readonly progress: ((items: number) => void) | undefined;
}

/** A chunk that was drawn: how many items it has, and how it ended. */
interface Part<R> {
  readonly items: number;
  result: AsyncResult<R[]> | null;
  values: R[] | null;
  failure: { error: unknown } | null;
}

/** An iterator over the values of `submit` for the items of `input`. */
export class Imap<T, R> implements AsyncIterableIterator<R>, AsyncDisposable {
  readonly #input: AsyncIterator<T> | Iterator<T>;
  readonly #isAsync: boolean;
  readonly #submit: SubmitChunk<T, R>;
  readonly #plan: ImapPlan;
  /** Parts that were not given out: in order of the input, or those that ended in the order of their ends. */
  readonly #parts: Part<R>[] = [];
  readonly #running = new Set<Part<R>>();
  /** Items drawn and not given out, and all items drawn. */
  #ahead = 0;
  #drawn = 0;
  #drawing = false;
  #exhausted = false;
  #stopped = false;
  /** Values of the part that is being given out, and how many were. */
  #values: R[] = [];
  #given = 0;
  /** Out of order, the input's own error comes when all else has ended. */
  #last: Part<R> | null = null;
  #wake: (() => void)[] = [];

  constructor(input: Iterable<T> | AsyncIterable<T>, submit: SubmitChunk<T, R>, plan: ImapPlan) {
    const asynchronous = (input as AsyncIterable<T>)[Symbol.asyncIterator]; // a string has none, and no `in`
    this.#isAsync = typeof asynchronous === "function";
    this.#input = this.#isAsync ? asynchronous.call(input) : (input as Iterable<T>)[Symbol.iterator]();
    this.#submit = submit;
    this.#plan = plan;
    void this.#draw();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get #hasRoom(): boolean {
    return this.#ahead === 0 || this.#ahead + this.#plan.chunksize <= this.#plan.buffer;
  }

  /** Draws items while there is room; one drawing goes on at a time. */
  async #draw(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    let items: T[] = [];
    try {
      while (!this.#exhausted && !this.#stopped && this.#hasRoom) {
        while (items.length < this.#plan.chunksize && !this.#exhausted) {
          const step = this.#input.next();
          const { done, value } = this.#isAsync ? await step : step as IteratorResult<T>;
          if (done) this.#exhausted = true;
          else items.push(value);
        }
        if (items.length > 0) this.#send(items);
        items = [];
      }
    } catch (error) {
      // The input failed: what it gave before is still done, and its error comes where its next item would have come.
      this.#exhausted = true;
      if (items.length > 0) this.#send(items);
      const part = { items: 0, result: null, values: null, failure: { error } };
      if (this.#plan.ordered) this.#parts.push(part);
      else this.#last = part;
    } finally {
      this.#drawing = false;
      this.#rouse();
    }
  }

  #send(items: T[]): void {
    if (this.#stopped) return;
    const part: Part<R> = { items: items.length, result: null, values: null, failure: null };
    const offset = this.#drawn;
    this.#drawn += items.length;
    this.#ahead += items.length;
    if (this.#plan.ordered) this.#parts.push(part);
    this.#running.add(part);
    void this.#follow(part, items, offset);
  }

  async #follow(part: Part<R>, items: T[], offset: number): Promise<void> {
    try {
      part.result = this.#submit(items, offset);
      part.values = await part.result;
    } catch (error) {
      part.failure = { error };
    }
    if (!this.#stopped) this.#plan.progress?.(part.items);
    this.#running.delete(part);
    if (!this.#plan.ordered) this.#parts.push(part);
    this.#rouse();
  }

  #rouse(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** The next value. Rejects with the error of an item; the values after it still come. */
  async next(): Promise<IteratorResult<R>> {
    for (;;) {
      if (this.#given < this.#values.length) return { done: false, value: this.#values[this.#given++]! };
      if (this.#stopped) return { done: true, value: undefined };
      if (this.#parts.length === 0 && this.#exhausted && !this.#drawing && this.#running.size === 0) {
        const last = this.#last;
        this.#last = null;
        if (last === null) return { done: true, value: undefined };
        throw last.failure!.error;
      }
      const part = this.#parts[0];
      if (part === undefined || part.values === null && part.failure === null) {
        await new Promise<void>((wake) => this.#wake.push(wake));
        continue;
      }
      this.#parts.shift();
      this.#ahead -= part.items;
      void this.#draw();
      if (part.failure !== null) throw part.failure.error;
      this.#values = part.values!;
      this.#given = 0;
    }
  }

  /** Stops: cancels what is under way and closes the input. */
  async return(): Promise<IteratorResult<R>> {
    if (!this.#stopped) {
      this.#stopped = true;
      this.#values = [];
      for (const part of this.#running) part.result?.cancel();
      this.#rouse();
      if (!this.#exhausted) await this.#leave();
    }
    return { done: true, value: undefined };
  }

  /** As `return()`: for what a loop leaves that ends by the error of an item. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Closes the input. One that is being waited for closes when it goes on, which may be never. */
  async #leave(): Promise<void> {
    const closing = Promise.resolve(this.#input.return?.());
    if (this.#drawing) closing.catch(() => {});
    else await closing;
  }
}
