/**
 * Shared memory on Deno: the C library's own calls, since the runtime has none.
 * Needs foreign functions whole; where files cannot be listed, what the dead left
 * behind is not found.
 *
 * @module
 */
import type { Memory } from "../../src/runtime/capabilities.ts";
import { isOwnerGone, ownerName, type ProcessFiles } from "../posix/owner.ts";
import { whole } from "./permissions.ts";

const LIBRARY = { linux: "libc.so.6", darwin: "libSystem.dylib" } as Record<string, string>;
/** Where Linux keeps what `shm_open` makes. */
const FOLDER = "/dev/shm";

const O_RDONLY = 0;
const O_RDWR = 2;
/** To make what is not there yet. */
const O_CREAT_EXCL = { linux: 0o300, darwin: 0xa00 } as Record<string, number>;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const SEEK_END = 2;
/** Bytes of a file of `/proc` that are read at most. */
const PROC_BYTES = 4096;

const CALLS = {
  shm_open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  shm_unlink: { parameters: ["buffer"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  link: { parameters: ["buffer", "buffer"], result: "i32" },
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  mmap: { parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
  munmap: { parameters: ["pointer", "usize"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

let library: Deno.DynamicLibrary<typeof CALLS> | undefined;

function calls(): Deno.DynamicLibrary<typeof CALLS>["symbols"] {
  return (library ??= Deno.dlopen(LIBRARY[Deno.build.os]!, CALLS)).symbols;
}

/** Memory stays mapped as long as somebody here can see it. */
const unseen = new FinalizationRegistry(({ pointer, size }: { pointer: Deno.PointerValue; size: number }) => {
  calls().munmap(pointer, BigInt(size));
});

function map(descriptor: number, size: number): Uint8Array<ArrayBuffer> {
  const pointer = calls().mmap(null, BigInt(size), PROT_READ_WRITE, MAP_SHARED, descriptor, 0n);
  // All bits set is how mmap says no.
  if (pointer === null || Deno.UnsafePointer.value(pointer) === 0xffff_ffff_ffff_ffffn) throw noRoom(size);
  const buffer = Deno.UnsafePointerView.getArrayBuffer(pointer, size);
  unseen.register(buffer, { pointer, size });
  return new Uint8Array(buffer);
}

function noRoom(size: number): RangeError {
  return new RangeError(`Cannot map shared memory: the system has no room for ${size} bytes, ask for less`);
}

function text(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${value}\0`);
}

/** Opens memory, and gives what `act` makes of its descriptor and size; null when it is no memory of this user's. */
function opened<T>(name: string, act: (descriptor: number, size: number) => T): T | null {
  const descriptor = calls().shm_open(text(`/${name}`), O_RDWR, 0);
  if (descriptor < 0) return null;
  try {
    const size = Number(calls().lseek(descriptor, 0n, SEEK_END));
    return size > 0 ? act(descriptor, size) : null; // a pipe has none
  } finally {
    calls().close(descriptor);
  }
}

/** Makes memory of a name that is free; null when it is taken. */
function make(
  name: string,
  size: number,
  fill: (bytes: Uint8Array) => void,
): Uint8Array<ArrayBuffer> | null {
  const descriptor = calls().shm_open(text(`/${name}`), O_RDWR | O_CREAT_EXCL[Deno.build.os]!, 0o600);
  if (descriptor < 0) return null;
  try {
    if (calls().ftruncate(descriptor, BigInt(size)) !== 0) throw noRoom(size);
    const bytes = map(descriptor, size);
    fill(bytes);
    return bytes;
  } catch (error) {
    calls().shm_unlink(text(`/${name}`));
    throw error;
  } finally {
    calls().close(descriptor);
  }
}

const PROC: ProcessFiles = {
  read(path) {
    const descriptor = calls().open(text(path), O_RDONLY);
    if (descriptor < 0) throw new Error(`Cannot read ${path}`);
    const bytes = new Uint8Array(PROC_BYTES);
    const count = Number(calls().read(descriptor, bytes, BigInt(PROC_BYTES)));
    calls().close(descriptor);
    if (count <= 0) throw new Error(`Cannot read ${path}`);
    return new TextDecoder().decode(bytes.subarray(0, count));
  },
  link(path) {
    const bytes = new Uint8Array(PROC_BYTES);
    const count = Number(calls().readlink(text(path), bytes, BigInt(PROC_BYTES)));
    if (count < 0) throw new Error(`Cannot read ${path}`);
    return new TextDecoder().decode(bytes.subarray(0, count));
  },
  isAlive: (pid) => calls().kill(pid, 0) === 0,
};

const MEMORY: Memory = {
  create(name, size, fill) {
    if (Deno.build.os !== "linux") return make(name, size, fill);
    // Made under another name: others find it when it is complete.
    const early = `.${crypto.randomUUID()}`;
    const bytes = make(early, size, fill);
    if (bytes === null) throw noRoom(size);
    const isFree = calls().link(text(`${FOLDER}/${early}`), text(`${FOLDER}/${name}`)) === 0;
    calls().shm_unlink(text(`/${early}`));
    return isFree ? bytes : null;
  },
  open: (name) => opened(name, map),
  remove: (name) => void calls().shm_unlink(text(`/${name}`)),
  names() {
    try {
      return [...Deno.readDirSync(FOLDER)].map(({ name }) => name);
    } catch {
      return []; // it may not look, or there is no such folder
    }
  },
  tail: (name, size) =>
    opened(name, (descriptor, whole) => {
      const bytes = new Uint8Array(size);
      const count = whole < size ? 0 : calls().pread(descriptor, bytes, BigInt(size), BigInt(whole - size));
      return Number(count) === size ? bytes : null;
    }),
  owner: () => ownerName(Deno.pid, PROC),
  isGone: (owner) => isOwnerGone(owner, Deno.pid, PROC),
};

/** Memory that processes share, by name; undefined where it is not permitted. */
export function memory(): Memory | undefined {
  return whole("ffi") && LIBRARY[Deno.build.os] !== undefined ? MEMORY : undefined;
}
