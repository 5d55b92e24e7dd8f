/**
 * `Client()`: connects to a `Listener` of any process by its address and key, as
 * Python's `multiprocessing.connection.Client`. Mirror of `listener.ts`.
 *
 * @module
 */
import { TimeoutError } from "../errors.ts";
import type { ByteStream } from "../runtime/network.ts";
import { refuseInReplay } from "../replay/inheritance.ts";
import { checkWait, finishWithin, type Wait, WAIT_OPTIONS } from "../runtime/deadline.ts";
import type { OptionNames } from "../runtime/options.ts";
import { loadPart } from "../runtime/load_part.ts";
import { type Address, addressText, authKeyBytes, NO_KEY } from "../transport/address.ts";
import { type Connection, createConnection } from "./connection.ts";

/** Options of {@linkcode Client}. */
export interface ClientOptions extends Wait {
  /** What the listener knows. */
  authkey?: Uint8Array;
}

const CLIENT_OPTIONS: OptionNames<ClientOptions> = { ...WAIT_OPTIONS, authkey: true };

/**
 * Connects to a {@linkcode Listener}.
 *
 * @param address that of the listener
 * @returns settles when both sides have proved that they know the key
 * @throws {ConnectError} nobody is there
 * @throws {AuthenticationError} the two do not know the same key
 * @throws {TimeoutError} it took longer than `timeout`
 */
export function Client<T = unknown>(address: Address, options: ClientOptions = {}): Promise<Connection<T>> {
  return refuseInReplay("connect", () => connect(address, options)) as Promise<Connection<T>>;
}

async function connect(address: Address, options: ClientOptions): Promise<Connection> {
  checkWait(options, "connect", CLIENT_OPTIONS);
  const text = addressText(address, "connect");
  const key = authKeyBytes(options.authkey, "connect") ?? NO_KEY;
  const { connectSocket } = await loadPart(import.meta.url, () => import("./socket_connection.ts"));
  return await finishWithin<Connection>(options, () => connectTimedOut(options.timeout!), (settle, fail) => {
    let isOver = false;
    let current: ByteStream | undefined;
    const met = (duplex: ByteStream) => {
      current = duplex;
      return !isOver;
    };
    connectSocket(text, key, met).then((backend) => {
      if (isOver) return backend.close();
      current = undefined;
      settle(createConnection(() => backend));
    }, fail);
    return () => {
      isOver = true;
      current?.close(); // nobody waits for an answer any more
    };
  });
}

function connectTimedOut(timeout: number): TimeoutError {
  return new TimeoutError(`Cannot connect: it was not done within ${timeout} ms`, timeout);
}
