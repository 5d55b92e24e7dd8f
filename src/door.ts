/**
 * Where this process can be reached: one listener, opened when something is first
 * shared, and the key that callers must know. Who comes in is the link's affair,
 * which is loaded then. Knows no service.
 *
 * @module
 */
import { here, type Listener, runtime } from "./adapter.ts";

/** An address, and the key (hex) with which its owner is called. */
export interface Place {
  readonly address: string;
  readonly key: string;
}

const preparations: Promise<unknown>[] = [];
let listener: Listener | null = null;
let key: string | null = null;

/**
 * The place of this process, open on return.
 *
 * @throws {ConnectError} no transport is permitted
 */
export function door(): Place {
  key ??= crypto.getRandomValues(new Uint8Array(32)).toHex();
  if (listener === null) {
    const opened = listener = runtime().meeting().listen();
    opened.accept((duplex) => {
      duplex.unref();
      void Promise.all([import("./link.ts"), ...preparations]).then(([{ admit }]) => admit(duplex));
    });
    here().atExit(() => {
      listener = null; // should this process live on after all, what is shared next finds a new one
      opened.close();
    });
  }
  return { address: listener.address, key };
}

/** Callers are let in when this is loaded as well: what they come for. */
export function prepare(loading: Promise<unknown>): void {
  preparations.push(loading);
}

/** Whether the address is this process's own. */
export function isHome(address: string): boolean {
  return listener !== null && listener.address === address;
}
