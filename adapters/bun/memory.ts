/**
 * Shared memory on Bun: a file that is mapped, in the folder of the system that
 * lies in memory.
 *
 * @module
 */
import type { Memory } from "../../src/runtime/adapter.ts";
import { isAlive } from "./sockets.ts";
import { fs, process } from "./self.ts";
import type { Bun as BunScope } from "./types.ts";

const { Bun } = globalThis as unknown as { Bun: BunScope };

function folder(): string {
  return process.platform === "linux" ? "/dev/shm" : process.env.TMPDIR ?? "/tmp";
}

/** Memory that processes share, by name. */
export const memory: Memory = {
  create(name, size) {
    const path = `${folder()}/${name}`;
    try {
      fs().writeFileSync(path, new Uint8Array(0), { mode: 0o600, flag: "wx" });
    } catch (error) {
      if ((error as { code?: string }).code === "EEXIST") return null;
      throw error;
    }
    try {
      fs().truncateSync(path, size);
      return Bun.mmap(path, { shared: true });
    } catch (cause) {
      fs().rmSync(path, { force: true });
      const message = `Cannot map shared memory: the system has no room for ${size} bytes, ask for less`;
      throw new RangeError(message, { cause });
    }
  },
  open(name) {
    const path = `${folder()}/${name}`;
    return fs().existsSync(path) ? Bun.mmap(path, { shared: true }) : null;
  },
  remove: (name) => fs().rmSync(`${folder()}/${name}`, { recursive: false, force: true }),
  names: () => fs().readdirSync(folder()),
  isAlive: isAlive,
};
