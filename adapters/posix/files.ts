/**
 * The few file calls that the parts of this folder are given. Neither runtime can
 * afford `node:fs` in a child, so each brings its own. All are synchronous.
 *
 * @module
 */

/** Calls throw what the runtime throws, unless they say otherwise. */
export interface Files {
  /** Makes a folder that only this user may enter. @throws there is something at the path already */
  makeFolder(path: string): void;
  /** Makes a folder and those that it lies in; does nothing when it is there. */
  makeFolders(path: string): void;
  /** Names of what lies in a folder. */
  names(path: string): string[];
  /** Whether there is anything at the path; never throws. */
  exists(path: string): boolean;
  /** When a file or folder was last changed, in milliseconds since the epoch. */
  changedAt(path: string): number;
  /** Removes a file, or a folder with what lies in it. An empty folder is removed also while no descriptor is left. */
  remove(path: string): void;
}

/** Removes what is at a path. What is gone already, or may not be removed, stays as it is. */
export function removeIfPossible(files: Files, path: string): void {
  try {
    files.remove(path);
  } catch {
    // it is gone, or somebody else's
  }
}
