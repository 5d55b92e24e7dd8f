/**
 * Shared memory on Bun: a file that is mapped, in the folder of the system that
 * lies in memory.
 *
 * @module
 */
import type { Memory } from "../../src/runtime/capabilities.ts";
import { isOwnerGone, ownerName } from "../posix/owner.ts";
import { Bun, fs, process } from "./globals.ts";
import { processFiles } from "./process_files.ts";

function folder(): string {
  return process.platform === "linux" ? "/dev/shm" : process.env.TMPDIR || "/tmp";
}

/** Memory that processes share, by name. */
export const memory: Memory = {
  create(name, size, fill) {
    // Made under another name: others find it when it is complete.
    const early = `${folder()}/.${crypto.randomUUID()}`;
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      fs().writeFileSync(early, new Uint8Array(0), { mode: 0o600, flag: "wx" });
      fs().truncateSync(early, size);
      bytes = Bun.mmap(early, { shared: true });
    } catch (cause) {
      fs().rmSync(early, { force: true });
      const message = `Cannot map shared memory: the system has no room for ${size} bytes, ask for less`;
      throw new RangeError(message, { cause });
    }
    try {
      fill(bytes);
      fs().linkSync(early, `${folder()}/${name}`);
      return bytes;
    } catch (error) {
      if ((error as { code?: string }).code === "EEXIST") return null;
      throw error;
    } finally {
      fs().rmSync(early, { force: true });
    }
  },
  open(name) {
    const path = `${folder()}/${name}`;
    return sizeOf(path) === null ? null : Bun.mmap(path, { shared: true });
  },
  remove: (name) => fs().rmSync(`${folder()}/${name}`, { recursive: false, force: true }),
  names: () => fs().readdirSync(folder()),
  tail(name, size) {
    const path = `${folder()}/${name}`;
    const whole = sizeOf(path);
    if (whole === null || whole < size) return null;
    try {
      const descriptor = fs().openSync(path, "r");
      try {
        const bytes = new Uint8Array(size);
        return fs().readSync(descriptor, bytes, 0, size, whole - size) === size ? bytes : null;
      } finally {
        fs().closeSync(descriptor);
      }
    } catch {
      return null; // it has gone meanwhile
    }
  },
  owner: () => ownerName(process.pid, processFiles),
  isGone: (owner) => isOwnerGone(owner, process.pid, processFiles),
};

/** Bytes of a file that this user may read and write; null when it is something else: to open a pipe would not return. */
function sizeOf(path: string): number | null {
  try {
    const stat = fs().lstatSync(path);
    if (!stat.isFile() || stat.size === 0) return null;
    fs().accessSync(path, READ_WRITE);
    return stat.size;
  } catch {
    return null;
  }
}

/** R_OK and W_OK of access(2). */
const READ_WRITE = 6;
