/**
 * A client's hold on a lock, from when it gets the lock to when it has released it
 * as often as it acquired it.
 *
 * @module
 */
import type { ObjectClient } from "../remote/operation.ts";

export class Hold {
  readonly client: ObjectClient;
  /** How often it is to be released. */
  levels: number;
  /** The hold as which this one goes on after a wait on a condition. */
  resumedAs: Hold | null = null;

  constructor(client: ObjectClient, levels: number) {
    this.client = client;
    this.levels = levels;
  }

  /** The hold as which this one goes on now, after any number of waits. */
  get latest(): Hold {
    return this.resumedAs === null ? this : this.resumedAs.latest;
  }
}
