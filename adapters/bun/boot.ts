/**
 * How a boot message gets to a child on Bun: in variables of its environment, with
 * the program's main module before it; what is too large for those as a memory file
 * on its standard input, or, where that is to be shared, in a file that only this
 * user may read.
 *
 * @module
 */
import { pack, unpack } from "../posix/boot_env.ts";
import { removeIfPossible } from "../posix/files.ts";
import { files } from "./files.ts";
import { BOOT, fs, process } from "./globals.ts";

/**
 * A message as variables, and as bytes for standard input where it comes that way.
 *
 * @param main path of the program's main module; empty where there is none
 * @param sharesInput whether the child's standard input is this process's own
 */
export function packBoot(text: string, main: string, sharesInput: boolean): {
  env: Record<string, string>;
  stdin: "inherit" | "ignore" | Uint8Array;
  /** Removes what a child has not taken. */
  discard(): void;
} {
  const env = pack(text);
  const discard = () => {};
  if (env !== null) {
    return { env: { ...env, [BOOT]: `${main}\n${env[BOOT]}` }, stdin: sharesInput ? "inherit" : "ignore", discard };
  }
  const bytes = new TextEncoder().encode(text);
  // Bytes become a memory file, complete before the child runs, whatever their size.
  if (!sharesInput) return { env: { [BOOT]: `${main}\n+` }, stdin: bytes, discard };
  const folder = fs().mkdtempSync(`${process.env.TMPDIR || "/tmp"}/brood-boot-`);
  fs().writeFileSync(`${folder}/boot`, bytes, { mode: 0o600 });
  return {
    env: { [BOOT]: `${main}\n@${folder}` },
    stdin: "inherit",
    discard: () => removeIfPossible(files, folder),
  };
}

/**
 * The message for this process, once. Afterwards nobody can read it in the environment.
 *
 * @param take gives a variable and removes it
 */
export function readBoot(take: (name: string) => string | undefined): string | null {
  const text = unpack(take);
  if (text?.startsWith("@")) return readFile(text.slice(1));
  return text === "+" ? readInput() : text;
}

function readFile(folder: string): string {
  const text = fs().readFileSync(`${folder}/boot`, "utf8");
  removeIfPossible(files, folder);
  return text;
}

function readInput(): string {
  const { readSync, ftruncateSync } = fs();
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(65_536);
    const count = readSync(0, chunk);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
  }
  ftruncateSync(0); // user code finds an empty standard input, however it reads that
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return new TextDecoder().decode(all);
}
