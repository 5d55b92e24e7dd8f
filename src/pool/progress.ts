/**
 * Telling a user how far a map is. What the user's function throws is printed and
 * stops nothing.
 *
 * @module
 */
import { callUserCallback } from "./pending_task.ts";

/** Called with the items that are done, and with all of them, or null when their number is not known. */
export type OnProgress = (done: number, total: number | null) => void;

/** Counts items as they get done; absent when nobody wants to know. */
export function progressOf(
  options: { onProgress?: OnProgress | undefined } | undefined,
  total: number | null,
): ((items: number) => void) | undefined {
  const tell = options?.onProgress;
  if (tell === undefined) return undefined;
  let done = 0;
  return (items) => {
    done += items;
    const now = done;
    void callUserCallback("onProgress", () => tell(now, total), undefined);
  };
}
