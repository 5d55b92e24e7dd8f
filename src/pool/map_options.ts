/**
 * Options and items of the maps, checked at the call.
 *
 * @module
 */
import type { OnProgress } from "./progress.ts";
import { checkTask, type TaskOptions } from "./task_options.ts";

/** Options of the maps. */
export interface MapOptions extends TaskOptions {
  /** Items that go to a worker at once; default a quarter of a worker's share, and 1 for `imap`. */
  chunksize?: number;
  /** Called after each chunk with the items done, and with all (for `imap` null, unless the items are an array). */
  onProgress?: OnProgress;
}

/** Options of the lazy maps. */
export interface ImapOptions extends MapOptions {
  /** Items that may be drawn ahead of what was taken; default 16 chunks for each worker. */
  buffer?: number;
}

/** @throws {TypeError} an option is of the wrong kind */
export function checkMap(options: MapOptions | undefined, act: string): void {
  checkTask(options, act);
  const tell: unknown = options?.onProgress;
  if (tell !== undefined && typeof tell !== "function") {
    throw new TypeError(`Cannot ${act}: onProgress is not a function`);
  }
}

/** Items for each chunk, if given. @throws {TypeError} it is no whole number @throws {RangeError} it is below 1 */
export function chunkSizeOf(options: MapOptions | undefined, act: string): number | undefined {
  const chunksize = options?.chunksize;
  if (chunksize === undefined) return undefined;
  if (typeof chunksize !== "number" || !Number.isInteger(chunksize)) {
    throw new TypeError(`Cannot ${act}: chunksize is not a whole number`);
  }
  if (chunksize < 1) throw new RangeError(`Cannot ${act}: chunksize must be at least 1, not ${chunksize}`);
  return chunksize;
}

/** Items that may be drawn ahead, if given. @throws {TypeError} it is no whole number @throws {RangeError} it is below 1 */
export function bufferOf(options: ImapOptions | undefined, act: string): number | undefined {
  const buffer = options?.buffer;
  if (buffer === undefined) return undefined;
  if (typeof buffer !== "number" || !Number.isInteger(buffer)) {
    throw new TypeError(`Cannot ${act}: buffer is not a whole number`);
  }
  if (buffer < 1) throw new RangeError(`Cannot ${act}: buffer must be at least 1, not ${buffer}`);
  return buffer;
}

/** @throws {TypeError} the items have none of the methods */
export function checkIterable(items: unknown, methods: readonly symbol[], act: string): void {
  const given = items as Record<symbol, unknown> | undefined | null;
  if (methods.some((method) => typeof given?.[method] === "function")) return;
  throw new TypeError(`Cannot ${act}: the items are not iterable`);
}
