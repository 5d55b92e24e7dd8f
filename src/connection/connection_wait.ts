/**
 * `connectionWait()`: waits for several things at once, as Python's
 * `multiprocessing.connection.wait`. Knows what can be waited for, and not how.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { ClosedError } from "../errors.ts";
import { refuseInReplay } from "../replay/inheritance.ts";
import { Process } from "../process/process.ts";
import { readArrivals } from "../runtime/arrivals.ts";
import { checkWait, MAX_TIMEOUT_MS, type Wait } from "../runtime/deadline.ts";
import { Connection } from "./connection.ts";

/** What can be waited for. */
export type Waitable = Connection | Process | PromiseLike<unknown>;

/**
 * Waits until one of the objects is ready, and takes nothing: a connection when something can be received or its other
 * end is closed, a process when it has ended, a promise when it has settled, either way.
 *
 * @param objects what is waited for
 * @param options how long
 * @returns those that are ready, in the order given; none when the timeout came first
 * @throws {ClosedError} a connection is closed
 * @throws {StateError} a process was not started, or a connection can only send
 *
 * @example Whoever is first
 * ```ts
 * import { connectionWait, Pipe } from "@brood/multiprocessing";
 *
 * const [[a, b], [c]] = [Pipe(), Pipe()];
 * await b.send(1);
 * console.log((await connectionWait([a, c]))[0] === a); // true
 * ```
 */
export function connectionWait<O extends Waitable>(objects: Iterable<O>, options?: Wait): Promise<O[]> {
  return refuseInReplay("wait for connections", () => waitForAny([...objects], options));
}

async function waitForAny<O extends Waitable>(objects: O[], options: Wait | undefined): Promise<O[]> {
  checkWait(options, "wait for connections");
  for (const object of objects) checkWaitable(object);
  const { timeout, signal } = options ?? {};
  signal?.throwIfAborted();
  if (objects.length === 0 && timeout === undefined) return [];
  const ready = new Set<O>();
  const over = new AbortController();
  const { promise: first, resolve, reject } = Promise.withResolvers<void>();
  const held = setInterval(() => {}, MAX_TIMEOUT_MS); // promises, and children that are daemons, keep nothing alive
  const timer = timeout === undefined || timeout > MAX_TIMEOUT_MS
    ? undefined
    : setTimeout(resolve, Math.max(0, timeout));
  const abort = () => reject(signal!.reason);
  signal?.addEventListener("abort", abort);
  try {
    const isPatient = timeout === undefined || timeout > 0;
    for (const object of new Set(objects)) {
      const bounds = { timeout: isPatient ? Infinity : 0, signal: over.signal };
      isReady(object, bounds).then((is) => {
        if (!is) return;
        ready.add(object);
        resolve();
      }, (error) => over.signal.aborted || reject(error));
    }
    await first;
    // What was ready at the same time is told together.
    const rest = objects.filter((object) => object instanceof Connection && !object.closed && !ready.has(object));
    for (const object of await Promise.all(rest.map(askOnce))) if (object !== null) ready.add(object);
    if (ready.size === 0) await readArrivals(); // while this process was busy, what it waits for may have come first
  } finally {
    over.abort();
    clearInterval(held);
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
  return objects.filter((object) => ready.has(object));
}

async function isReady(object: Waitable, bounds: Wait): Promise<boolean> {
  if (object instanceof Connection) return await object.poll(bounds);
  await (object instanceof Process ? object.sentinel : Promise.resolve(object).then(nothing, nothing));
  return true;
}

async function askOnce<O extends Waitable>(object: O): Promise<O | null> {
  return await (object as Connection).poll({ timeout: 0 }) ? object : null;
}

function checkWaitable(object: Waitable): void {
  if (object instanceof Connection) {
    if (object.closed) throw new ClosedError("Cannot wait for connections: one of them is closed");
  } else if (object instanceof Process) void object.sentinel;
  else if (typeof (object as PromiseLike<unknown> | null)?.then !== "function") {
    throw typeError("Cannot wait for connections: what is given is no connection, process or promise");
  }
}

function nothing(): void {}
