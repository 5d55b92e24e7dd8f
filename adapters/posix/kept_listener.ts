/**
 * A listener in a folder of its own that comes back at the same address when
 * somebody removes it while the program runs, as cleaners of temporary files do.
 *
 * @module
 */
import type { ByteStream, SocketListener } from "../../src/runtime/network.ts";
import { type Files, removeIfPossible } from "./files.ts";

/** Milliseconds between two looks whether the socket is still there. */
export const RESTORE_MS = 500;
/** Milliseconds for which the socket counts as there when it was just now. */
const FRESH_MS = 2;

/** A socket that listens, with no care for its file. */
export interface BareListener {
  accept(take: (stream: ByteStream) => void): void;
  /** Idempotent. */
  close(): void;
}

/** Where a listener lies, and what keeps it there. */
export interface Place {
  readonly path: string;
  /** What is removed when the listener closes: the folder that it has made, or the socket alone. */
  readonly owned: string;
  /** Whether it may be made again: not when the folder belongs to a process that is gone. */
  mayRestore(): boolean;
}

/**
 * Listens at a place and goes on doing so.
 *
 * @param open listens at the place's path
 * @param later calls back after so many milliseconds; holds no program
 * @throws what `open` throws
 */
export function keepListening(
  place: Place,
  files: Files,
  open: (path: string) => BareListener,
  later: (milliseconds: number, act: () => void) => void,
): SocketListener {
  const folder = place.path.slice(0, place.path.lastIndexOf("/"));
  /** The one that listens, last, and before it those whose socket was removed: to close one may remove the path. */
  const listeners = [open(place.path)];
  let take: ((stream: ByteStream) => void) | null = null;
  let isOpen = true;
  let seenAt = performance.now();

  function restore(): void {
    const now = performance.now();
    if (!isOpen || now - seenAt < FRESH_MS) return;
    seenAt = now;

    if (files.exists(place.path) || !place.mayRestore()) return;
    try {
      files.makeFolders(folder);
      const again = open(place.path);
      listeners.push(again);
      if (take !== null) again.accept(take);
    } catch {
      // no room, or no right to, at present: the next look tries again
    }
  }

  function look(): void {
    later(RESTORE_MS, () => {
      if (!isOpen) return;
      restore();
      look();
    });
  }

  look();
  return {
    address: `unix:${place.path}`,
    accept(taker) {
      take = taker;
      listeners.at(-1)!.accept(taker);
    },
    restore,
    close() {
      if (!isOpen) return;
      isOpen = false;
      for (const listener of listeners) listener.close();
      removeIfPossible(files, place.owned);
    },
  };
}
