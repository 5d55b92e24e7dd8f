/**
 * What children do with shared memory.
 *
 * @module
 */
import type { Queue } from "../../../src/queue/queue.ts";
import type { SharedMemory } from "../../../src/shared_values/shared_memory.ts";

/** Writes its bytes at the start. */
export function write(memory: SharedMemory, ...bytes: number[]): void {
  memory.buf.set(bytes);
}

/** The same memory, from a queue. */
export async function writeTaken(queue: Queue<SharedMemory>, byte: number): Promise<void> {
  (await queue.get()).buf[0] = byte;
}

/** Adds one, `count` times. */
export function count(memory: SharedMemory, count: number): void {
  const words = new Int32Array(memory.buf.buffer, memory.buf.byteOffset, 1);
  for (let time = 0; time < count; time++) Atomics.add(words, 0, 1);
}

/** Reads a byte, and lets go. */
export function readAndClose(memory: SharedMemory): number {
  const byte = memory.buf[0]!;
  memory.close();
  return byte;
}
