/**
 * Addresses and keys as users give them to a manager or a listener, and as
 * adapters have them: `unix:PATH` and `tcp:HOST:PORT`. Opens nothing.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import type { Block } from "../codec/graph.ts";

/** A place in the network. */
export interface NetworkAddress {
  /** Name or number of the machine; of a listener, of the interface. */
  readonly hostname: string;
  /** Number of the port; of a listener 0 for one that is free. */
  readonly port: number;
}

/** Where a listener is: a path, which may begin with `unix:`, or a place in the network. */
export type Address = string | NetworkAddress;

/** What is proved where nobody gave a key: who may open a socket is the file system's affair then. */
export const NO_KEY: Block = new TextEncoder().encode("no key");

/** A copy of the key; null when there is none. */
export function authKeyBytes(key: unknown, act: string): Block | null {
  if (key === undefined) return null;
  if (!(key instanceof Uint8Array)) throw typeError(`Cannot ${act}: authkey is no Uint8Array`);
  if (key.length === 0) throw rangeError(`Cannot ${act}: authkey is empty`);
  return Uint8Array.from(key);
}

/** An address as adapters have it. */
export function addressText(address: unknown, act: string): string {
  if (typeof address === "string") {
    const path = address.replace(/^unix:/, "");
    if (path === "") throw rangeError(`Cannot ${act}: the address is empty`);
    return `unix:${path}`;
  }
  const { hostname, port } = (address ?? {}) as Record<string, unknown>;
  if (typeof hostname !== "string" || typeof port !== "number") {
    throw typeError(`Cannot ${act}: the address is neither a path nor { hostname, port }`);
  }
  if (hostname !== "" && Number.isInteger(port) && port >= 0 && port < 65_536) return `tcp:${hostname}:${port}`;
  throw rangeError(`Cannot ${act}: there is no host ${JSON.stringify(hostname)} with port ${port}`);
}

/** An address as users have it. */
export function addressOf(text: string): Address {
  if (text.startsWith("unix:")) return text;
  const [, hostname, port] = /^tcp:(.*):(\d+)$/.exec(text)!;
  return { hostname: hostname!, port: Number(port) };
}

/** Refuses a place in the network that no key guards. @throws {TypeError} there is none */
export function refuseOpen(text: string, key: Block | null, act: string): void {
  if (key !== null || text.startsWith("unix:")) return;
  throw typeError(`Cannot ${act}: others can reach ${text}, give an authkey`);
}
