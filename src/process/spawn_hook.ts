/**
 * What is given to a child at its start: whoever must know where its objects are
 * is told here. Knows no kind of object.
 *
 * @module
 */
import type { Child } from "../runtime/adapter.ts";
import type { Encoded } from "../codec/codec.ts";

/**
 * Called after every start of a child.
 *
 * @param payload what it was given; null for a fork child, which has what this process had
 * @param child null when it could not be started
 */
type Watch = (payload: Encoded | null, child: Child | null) => void;

const watches: Watch[] = [];

/** From now on `watch` is told of every child that is started. */
export function onSpawn(watch: Watch): void {
  watches.push(watch);
}

/** Starts a child, and tells who wants to know. @throws whatever `spawn` throws */
export function beforeSpawn(payload: Encoded | null, spawn: () => Child): Child {
  let child: Child | null = null;
  try {
    return child = spawn();
  } finally {
    for (const watch of watches) watch(payload, child);
  }
}
