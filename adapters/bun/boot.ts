/**
 * How a boot message gets to a child on Bun: in variables of its environment;
 * what is too large for those as a memory file on its standard input, or, where
 * that is to be shared, in a file that only this user may read.
 *
 * @module
 */
import { BOOT, pack, unpack } from "../posix/boot_env.ts";
import { fs, process } from "./self.ts";

/**
 * A message as variables, and as bytes for standard input where it comes that way.
 *
 * @param sharesInput whether the child's standard input is this process's own
 */
export function packBoot(text: string, sharesInput: boolean): {
  env: Record<string, string>;
  stdin: "inherit" | "ignore" | Uint8Array;
  /** Removes what a child has not taken. */
  discard(): void;
} {
  const env = pack(text);
  const discard = () => {};
  if (env !== null) return { env, stdin: sharesInput ? "inherit" : "ignore", discard };
  // Bytes become a memory file, complete before the child runs, whatever their size.
  if (!sharesInput) return { env: { [BOOT]: "+" }, stdin: new TextEncoder().encode(text), discard };
  const folder = fs().mkdtempSync(`${process.env.TMPDIR ?? "/tmp"}/brood-${process.pid}-`);
  fs().writeFileSync(`${folder}/boot`, new TextEncoder().encode(text), { mode: 0o600 });
  return {
    env: { [BOOT]: `@${folder}` },
    stdin: "inherit",
    discard: () => remove(folder),
  };
}

/** The message for this process, once; null when there is none. Afterwards nobody can read it in the environment. */
export function readBoot(): string | null {
  const text = unpack((name) => {
    const value = process.env[name];
    delete process.env[name];
    return value;
  });
  if (text?.startsWith("@")) return readFile(text.slice(1));
  return text === "+" ? readInput() : text;
}

function readFile(folder: string): string {
  const text = fs().readFileSync(`${folder}/boot`, "utf8");
  remove(folder);
  return text;
}

/** The other side may have done it, or the folder around be gone, or the right to: what stays harms nobody. */
function remove(folder: string): void {
  try {
    fs().rmSync(folder, { recursive: true, force: true });
  } catch {
    // it stays
  }
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
  ftruncateSync(0); // user code finds an empty stdin, through every door
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return new TextDecoder().decode(all);
}
