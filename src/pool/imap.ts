/**
 * The lazy maps: draw items as workers get free, with a bounded number under
 * way, and give the values in order or as they come. Knows the pool only as a
 * way to submit a chunk.
 *
 * @module
 */

/** Submits one chunk; settles with its values. */
export type SubmitChunk<T, R> = (items: T[], offset: number) => { values: Promise<R[]>; cancel(): void };

/** What a lazy map runs with. */
export interface ImapOptions {
  readonly chunksize: number;
  /** Items that may be drawn and not yet given to the user. */
  readonly buffer: number;
  readonly ordered: boolean;
}

type Slot<R> = { values: R[] | null; error: unknown; failed: boolean; cancel(): void };

/** An iterator over the values of `submit` for the items of `input`. */
export class Imap<T, R> implements AsyncIterableIterator<R> {
  readonly #input: AsyncIterator<T> | Iterator<T>;
  readonly #submit: SubmitChunk<T, R>;
  readonly #options: ImapOptions;
  /** Chunks under way or done and not given out: in order of the input, or of their ends. */
  readonly #slots: Slot<R>[] = [];
  #under = 0;
  #drawn = 0;
  #drawing = false;
  #exhausted = false;
  #stopped = false;
  #ready: R[] = [];
  #wake: (() => void)[] = [];

  constructor(input: Iterable<T> | AsyncIterable<T>, submit: SubmitChunk<T, R>, options: ImapOptions) {
    this.#input = Symbol.asyncIterator in input ? input[Symbol.asyncIterator]() : input[Symbol.iterator]();
    this.#submit = submit;
    this.#options = options;
    void this.#draw();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Draws items while there is room; one drawing goes on at a time. */
  async #draw(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    const { chunksize, buffer } = this.#options;
    try {
      while (!this.#exhausted && !this.#stopped && (this.#under === 0 || this.#under + chunksize <= buffer)) {
        const items: T[] = [];
        while (items.length < chunksize && !this.#exhausted) {
          const step = this.#input.next();
          const { done, value } = step instanceof Promise ? await step : await step;
          if (done) this.#exhausted = true;
          else items.push(value);
        }
        if (items.length > 0 && !this.#stopped) this.#send(items);
      }
    } catch (error) {
      // The input failed: its error comes where its next item would have come.
      this.#exhausted = true;
      this.#slots.push({ values: null, error, failed: true, cancel() {} });
    } finally {
      this.#drawing = false;
      this.#rouse();
    }
  }

  #send(items: T[]): void {
    this.#under += items.length;
    const offset = this.#drawn;
    this.#drawn += items.length;
    const slot: Slot<R> = { values: null, error: undefined, failed: false, cancel() {} };
    if (this.#options.ordered) this.#slots.push(slot);
    const ended = () => {
      if (!this.#options.ordered) this.#slots.push(slot);
      this.#rouse();
    };
    try {
      const { values, cancel } = this.#submit(items, offset);
      slot.cancel = cancel;
      this.#running.add(slot);
      values.then(
        (values) => slot.values = values,
        (error) => (slot.error = error, slot.failed = true),
      ).then(() => {
        this.#running.delete(slot);
        this.#size.set(slot, items.length);
        ended();
      });
    } catch (error) {
      slot.error = error;
      slot.failed = true;
      this.#size.set(slot, items.length);
      ended();
    }
  }

  readonly #running = new Set<Slot<R>>();
  readonly #size = new WeakMap<Slot<R>, number>();

  #rouse(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** The next value. Rejects with the error of an item; the values after it still come. */
  async next(): Promise<IteratorResult<R>> {
    for (;;) {
      if (this.#ready.length > 0) return { done: false, value: this.#ready.shift()! };
      if (this.#stopped) return { done: true, value: undefined };
      const slot = this.#slots[0];
      if (slot !== undefined && (slot.failed || slot.values !== null)) {
        this.#slots.shift();
        this.#under -= this.#size.get(slot) ?? 0;
        void this.#draw();
        if (slot.failed) throw slot.error;
        this.#ready = slot.values!;
      } else if (slot === undefined && this.#exhausted && this.#running.size === 0 && !this.#drawing) {
        return { done: true, value: undefined };
      } else {
        await new Promise<void>((wake) => this.#wake.push(wake));
      }
    }
  }

  /** Stops: cancels what is under way and closes the input. */
  async return(): Promise<IteratorResult<R>> {
    if (!this.#stopped) {
      this.#stopped = true;
      this.#ready = [];
      for (const slot of this.#running) slot.cancel();
      this.#rouse();
      if (!this.#exhausted) await this.#input.return?.();
    }
    return { done: true, value: undefined };
  }
}
