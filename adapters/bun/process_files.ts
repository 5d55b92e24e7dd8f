/**
 * What Bun reads of processes for the parts that the runtimes share.
 *
 * @module
 */
import type { ProcessFiles } from "../posix/owner.ts";
import { fs, process } from "./globals.ts";

export const processFiles: ProcessFiles = {
  read: (path) => fs().readFileSync(path, "utf8"),
  link: (path) => fs().readlinkSync(path),
  isAlive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as { code?: string }).code === "EPERM";
    }
  },
};
