/**
 * `SharedMemory`: one memory that several processes see, without a copy, as in
 * Python's `multiprocessing.shared_memory`. Unlike any other shared object it
 * belongs to no process: each one that opens it maps the same memory.
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import type { Memory } from "../runtime/capabilities.ts";
import { runtime, thisProcess } from "../runtime/installed.ts";
import { ProtocolError, StateError, UnsupportedError } from "../errors.ts";
import { createInherited } from "../replay/inheritance.ts";
import { ObjectRef } from "../remote/object_ref.ts";
import { shareable } from "../remote/object_kinds.ts";
import { attach } from "../remote/object_registry.ts";
import { showAs } from "../runtime/inspection.ts";

/** Behind the bytes of the user stand their number, and the name of the process that made them, padded with zeros. */
const TRAILER_BYTES = 56;
/** Where that name begins in the trailer. */
const OWNER_OFFSET_BYTES = 8;
const NAME_PREFIX = "brood-memory-";
/** Longest name in bytes: the system's limit is 255, of which the prefix takes some. */
const MAX_NAME_BYTES = 240;

let isSwept = false;
/** Names of the memory that this process made and is to remove. */
const ownNames = new Set<string>();

/**
 * Memory that several processes see at once: what one writes, all read.
 *
 * Nothing is copied and nothing is locked: use `Atomics`, or a {@linkcode Lock}, where several processes write. Passed to
 * another process it is the same memory there. The process that made it removes it, with `unlink()` or by ending; what a
 * killed process left is removed when the next one makes memory. Needs foreign functions (`--allow-ffi`) on Deno.
 *
 * Python's `multiprocessing.shared_memory.SharedMemory`.
 *
 * @example A child that writes, a parent that reads
 * ```ts
 * import { Process, SharedMemory } from "@brood/multiprocessing";
 *
 * export function fill(memory: SharedMemory) {
 *   memory.buf.fill(7);
 * }
 *
 * if (import.meta.main) {
 *   const memory = SharedMemory.create(1024);
 *   await new Process({ target: fill, args: [memory] }).start().join();
 *   console.log(memory.buf[1023]); // 7
 *   memory.unlink();
 * }
 * ```
 */
export class SharedMemory {
  readonly #name: string;
  #buf: Uint8Array | null;

  private constructor(name: string, bytes?: Uint8Array) {
    this.#name = name;
    if (nameFault(name) !== null) {
      throw new ProtocolError("Cannot decode value: the name of shared memory is malformed");
    }
    const whole = bytes ?? opened(name);
    this.#buf = new Uint8Array(whole.buffer, whole.byteOffset, checkedSizeOf(whole, name));
    attach(this, new ObjectRef("SharedMemory", name, ANYWHERE, [name]));
  }

  /**
   * Makes memory of zeros.
   *
   * @param size bytes, at least 1
   * @param name under which others find it; one that nobody uses, unless given
   * @throws {StateError} there is memory of that name
   * @throws {RangeError} `size` is below 1, or the system has no room for it
   * @throws {UnsupportedError} memory cannot be shared here; the message says what to allow
   */
  static create(size: number, name?: string): SharedMemory {
    if (!Number.isSafeInteger(size)) {
      throw typeError("Cannot make shared memory: size is not a whole number of bytes");
    }
    if (size < 1) throw rangeError("Cannot make shared memory: size is below 1 byte");
    if (name !== undefined) checkName(name);
    let bytes: Uint8Array | undefined;
    const chosen = createInherited("SharedMemory", () => {
      const free = name ?? crypto.randomUUID();
      bytes = make(free, size);
      return free;
    });
    return new SharedMemory(chosen, bytes);
  }

  /**
   * Finds memory that another process made.
   *
   * @throws {StateError} there is none of that name
   * @throws {UnsupportedError} memory cannot be shared here; the message says what to allow
   */
  static open(name: string): SharedMemory {
    checkName(name);
    return new SharedMemory(name);
  }

  /** The bytes, the same ones in every process. @throws {StateError} it was closed here */
  get buf(): Uint8Array {
    if (this.#buf === null) throw new StateError("Cannot use shared memory: it was closed, open it again", "closed");
    return this.#buf;
  }

  static {
    showAs(this, (memory: SharedMemory) => ({ name: memory.#name, size: memory.#buf?.length ?? null }));
  }

  /** Under which others find it. */
  get name(): string {
    return this.#name;
  }

  /** Number of its bytes. @throws {StateError} it was closed here */
  get size(): number {
    return this.buf.byteLength;
  }

  /** Closes it in this process; other processes go on using it. Idempotent. */
  close(): void {
    this.#buf = null;
  }

  /** Removes its name: it cannot be opened any more, and processes that have it go on using it. Idempotent. */
  unlink(): void {
    ownNames.delete(this.#name);
    memory().remove(NAME_PREFIX + this.#name);
  }

  /** The same as `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** The location in its handles: it lives in no process. */
const ANYWHERE = ["memory", ""] as const;

function checkName(name: unknown): void {
  const fault = nameFault(name);
  if (fault === null) return;
  const message = `Cannot find shared memory: the name ${fault}`;
  throw typeof name === "string" ? rangeError(message) : typeError(message);
}

/** What is wrong with a name; null when nothing is. */
function nameFault(name: unknown): string | null {
  if (typeof name !== "string") return "is not a string";
  if (/[/\0]/.test(name)) return "has a slash or a zero in it, leave that out";
  const size = new TextEncoder().encode(name).length;
  return size >= 1 && size <= MAX_NAME_BYTES ? null : `has ${size} bytes, take 1 to ${MAX_NAME_BYTES}`;
}

function memory(): Memory {
  const { memory, name, memoryRemedy = "use a SharedArray" } = runtime();
  if (memory !== undefined) return memory;
  throw new UnsupportedError(`Cannot share memory: ${name} may not do that here, ${memoryRemedy}`, "shared memory");
}

function make(name: string, size: number): Uint8Array {
  sweep();
  const owner = new TextEncoder().encode(memory().owner());
  const bytes = memory().create(NAME_PREFIX + name, size + TRAILER_BYTES, (bytes) => {
    const trailer = trailerOf(bytes);
    new DataView(trailer.buffer, trailer.byteOffset).setFloat64(0, size, true);
    trailer.set(owner, OWNER_OFFSET_BYTES);
  });
  if (bytes === null) {
    throw new StateError(
      `Cannot make shared memory: there is some of the name ${name}, open it or choose another`,
      "taken",
    );
  }
  if (ownNames.size === 0) thisProcess().atExit(removeAll);
  ownNames.add(name);
  return bytes;
}

function removeAll(): void {
  for (const name of ownNames) memory().remove(NAME_PREFIX + name);
  ownNames.clear();
}

function opened(name: string): Uint8Array {
  // A stranger's file may be too large to be mapped.
  const trailer = memory().tail(NAME_PREFIX + name, TRAILER_BYTES);
  if (trailer !== null && !(sizeIn(trailer) > 0)) throw notOurs(name);
  const bytes = memory().open(NAME_PREFIX + name);
  if (bytes !== null) return bytes;
  throw new StateError(
    `Cannot open shared memory: there is none of the name ${name}, it was removed or never made`,
    "gone",
  );
}

function trailerOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.byteLength - TRAILER_BYTES);
}

/** What a trailer says the number of bytes before it is. */
function sizeIn(trailer: Uint8Array): number {
  return new DataView(trailer.buffer, trailer.byteOffset).getFloat64(0, true);
}

function checkedSizeOf(bytes: Uint8Array, name: string): number {
  const size = bytes.byteLength < TRAILER_BYTES ? -1 : sizeIn(trailerOf(bytes));
  if (size === bytes.byteLength - TRAILER_BYTES) return size;
  throw notOurs(name);
}

function notOurs(name: string): StateError {
  const message = `Cannot open shared memory: ${name} is no memory of this library's, choose another name`;
  return new StateError(message, "incomplete");
}

/** Removes what was made by processes that were killed. What is not this user's, or not of this library, stays. */
function sweep(): void {
  if (isSwept) return;
  isSwept = true;
  const there = memory();
  for (const name of there.names()) {
    if (!name.startsWith(NAME_PREFIX)) continue;
    const trailer = there.tail(name, TRAILER_BYTES);
    if (trailer === null || !(sizeIn(trailer) > 0)) continue;
    const owner = new TextDecoder().decode(trailer.subarray(OWNER_OFFSET_BYTES)).replace(/\0.*$/s, "");
    if (there.isGone(owner)) there.remove(name);
  }
}

shareable("SharedMemory", SharedMemory as unknown as new (name: string) => object);
