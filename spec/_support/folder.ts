/**
 * Folders for the time of one case, or of one file, removed at its end.
 *
 * @module
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";

export class Folder implements Disposable {
  readonly path: string;

  /** @param root the folder in which it is made */
  constructor(root: string = tmpdir()) {
    this.path = mkdtempSync(`${root}/spec-`);
  }

  /** Path of a file in it. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }

  has(name: string): boolean {
    return existsSync(this.at(name));
  }

  /** Text of a file in it; empty while there is none. */
  read(name: string): string {
    return this.has(name) ? readFileSync(this.at(name), "utf8") : "";
  }

  /** Writes a file and gives its path. */
  write(name: string, text: string): string {
    writeFileSync(this.at(name), text);
    return this.at(name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

const scratches: Folder[] = [];

/** Path of a new folder that lasts until the file's last case has ended. */
export function scratch(): string {
  const folder = new Folder();
  scratches.push(folder);
  return folder.path;
}

/** Removes what `scratch()` made. */
export function removeScratches(): void {
  for (const folder of scratches.splice(0)) folder[Symbol.dispose]();
}
