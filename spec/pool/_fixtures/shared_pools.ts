/** Pools that several cases of a file use, which end no worker and leave no task: a start each would be most of the work. */
import { Pool } from "../../../mod.ts";

export class SharedPools {
  readonly #pools = new Map<number, Pool>();

  /** The one with so many workers, which are started for who asks first. */
  of(size: number): Pool {
    const pool = this.#pools.get(size) ?? new Pool(size);
    this.#pools.set(size, pool);
    return pool;
  }

  async end(): Promise<void> {
    for (const pool of this.#pools.values()) await pool[Symbol.asyncDispose]();
  }
}
