/**
 * File calls of Bun for the parts that the runtimes share.
 *
 * @module
 */
import type { Files } from "../posix/files.ts";
import { fs } from "./globals.ts";

export const files: Files = {
  makeFolder: (path) => fs().mkdirSync(path, { mode: 0o700 }),
  makeFolders: (path) => fs().mkdirSync(path, { mode: 0o700, recursive: true }),
  names: (path) => fs().readdirSync(path),
  exists(path) {
    try {
      fs().lstatSync(path);
      return true;
    } catch {
      return false;
    }
  },
  changedAt: (path) => fs().lstatSync(path).mtimeMs,
  remove(path) {
    try {
      fs().rmdirSync(path); // needs no descriptor, which may be what is short
    } catch {
      fs().rmSync(path, { recursive: true, force: true });
    }
  },
};
