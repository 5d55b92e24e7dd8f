/**
 * Loads what shared objects need at run time when the first of them is used: a
 * process that uses none does not pay for it. Operations that come meanwhile wait,
 * and begin in the order of their calls.
 *
 * @module
 */
import { onExit } from "../runtime/exit_hooks.ts";
import { loadPart } from "../runtime/load_part.ts";
import { beforeListening } from "../transport/server.ts";

export type ObjectHost = typeof import("./object_host.ts");

let host: ObjectHost | null = null;
let loading: Promise<ObjectHost> | null = null;
/** Settles when everything that was asked for so far is loaded. */
let last: Promise<unknown> | null = null;
/** Operations that have not begun, since something is being loaded. */
let waitingCount = 0;
/** Objects that were announced before the host was loaded, and what creates each. */
const announced = new Map<string, () => void>();
/** Those of them whose creation has failed, as the host could not be loaded. */
const overdue = new Set<string>();
let isPrepared = false;

/** Loads it. After a failure the next call tries again. */
function loadHost(): Promise<ObjectHost> {
  if (loading === null) {
    loading = loadPart(import.meta.url, () => import("./object_host.ts"));
    loading.then((loaded) => {
      host = loaded;
      for (const [id, create] of announced) loaded.expectObject(id, create);
      for (const id of overdue) announced.get(id)!();
      announced.clear();
      overdue.clear();
    }, () => loading = null);
    prepare();
  }
  return loading;
}

function prepare(): void {
  if (isPrepared) return;
  isPrepared = true;
  beforeListening(loadHost);
  // What was called before the exit begins, and is then waited for.
  onExit(async () => {
    while (waitingCount > 0) await last!.catch(() => {});
  });
}

/** What objects need; null while it is being loaded, or others wait for that. */
export function loadedHost(): ObjectHost | null {
  return waitingCount === 0 ? host : null;
}

/**
 * An object of this process is created as soon as its kind is loaded: operations of others wait for that.
 *
 * @param create tries again, when that has failed and an operation comes
 */
export function announceObject(id: string, create: () => void): void {
  if (host === null) announced.set(id, create);
  else host.expectObject(id, create);
}

/** An object that was announced cannot be created now: operations of others that wait for it fail. */
export function failAnnounced(id: string, error: unknown): void {
  if (host === null) overdue.add(id);
  else host.failExpected(id, error);
}

/**
 * Begins an operation when everything it needs is loaded, after those that were called before.
 *
 * @param more loads what it needs besides
 * @returns what it gives; rejects when something cannot be loaded
 */
export function whenLoaded<T>(
  begin: (host: ObjectHost) => T,
  more?: (host: ObjectHost) => Promise<unknown>,
): Promise<Awaited<T>> {
  waitingCount++;
  const before = last ?? Promise.resolve();
  const ready = before.then(loadHost, loadHost).then(async (loaded) => {
    await more?.(loaded);
    return loaded;
  });
  last = ready;
  const begun = ready.then((loaded) => {
    waitingCount--;
    return begin(loaded);
  }, (error) => {
    waitingCount--;
    throw error;
  });
  return begun as Promise<Awaited<T>>;
}

/** Operations that are called from now on wait for this as well. */
export function loadAlso(more: Promise<unknown>): void {
  whenLoaded(() => {}, () => more).catch(() => {}); // whoever gave the promise is told of its failure
}
