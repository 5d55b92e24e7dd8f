/**
 * Shared memory on Deno: the C library's own calls, since the runtime has none.
 * Needs foreign functions whole; where files cannot be listed, what the dead left
 * behind is not found.
 *
 * @module
 */
import type { Memory } from "../../src/runtime/adapter.ts";
import { whole } from "./permissions.ts";

const LIBRARY = { linux: "libc.so.6", darwin: "libSystem.dylib" } as Record<string, string>;

const O_RDWR = 2;
/** To make what is not there yet. */
const O_CREAT_EXCL = { linux: 0o300, darwin: 0xa00 } as Record<string, number>;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const SEEK_END = 2;

const CALLS = {
  shm_open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  shm_unlink: { parameters: ["buffer"], result: "i32" },
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
  calls().close(descriptor);
  // All bits set is how mmap says no.
  if (pointer === null || Deno.UnsafePointer.value(pointer) === 0xffff_ffff_ffff_ffffn) throw noRoom(size);
  const buffer = Deno.UnsafePointerView.getArrayBuffer(pointer, size);
  unseen.register(buffer, { pointer, size });
  return new Uint8Array(buffer);
}

function noRoom(size: number): RangeError {
  return new RangeError(`Cannot map shared memory: the system has no room for ${size} bytes, ask for less`);
}

function path(name: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`/${name}\0`);
}

const MEMORY: Memory = {
  create(name, size) {
    const descriptor = calls().shm_open(path(name), O_RDWR | O_CREAT_EXCL[Deno.build.os]!, 0o600);
    if (descriptor < 0) return null;
    try {
      if (calls().ftruncate(descriptor, BigInt(size)) === 0) return map(descriptor, size);
      calls().close(descriptor);
      throw noRoom(size);
    } catch (error) {
      calls().shm_unlink(path(name));
      throw error;
    }
  },
  open(name) {
    const descriptor = calls().shm_open(path(name), O_RDWR, 0);
    return descriptor < 0 ? null : map(descriptor, Number(calls().lseek(descriptor, 0n, SEEK_END)));
  },
  remove: (name) => void calls().shm_unlink(path(name)),
  names() {
    try {
      return [...Deno.readDirSync("/dev/shm")].map(({ name }) => name);
    } catch {
      return []; // it may not look, or there is no such folder
    }
  },
  isAlive: (pid) => calls().kill(pid, 0) === 0,
};

/** Memory that processes share, by name; undefined where it is not permitted. */
export function memory(): Memory | undefined {
  return whole("ffi") && LIBRARY[Deno.build.os] !== undefined ? MEMORY : undefined;
}
