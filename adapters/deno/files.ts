/**
 * File calls of Deno for the parts that the runtimes share.
 *
 * @module
 */
import type { Files } from "../posix/files.ts";

export const files: Files = {
  makeFolder: (path) => Deno.mkdirSync(path, { mode: 0o700 }),
  makeFolders: (path) => Deno.mkdirSync(path, { mode: 0o700, recursive: true }),
  names: (path) => [...Deno.readDirSync(path)].map(({ name }) => name),
  exists(path) {
    try {
      Deno.lstatSync(path);
      return true;
    } catch {
      return false;
    }
  },
  changedAt: (path) => Deno.lstatSync(path).mtime?.getTime() ?? Infinity,
  remove(path) {
    try {
      Deno.removeSync(path); // needs no descriptor, which may be what is short
    } catch {
      Deno.removeSync(path, { recursive: true });
    }
  },
};
