/**
 * How a boot message gets to a child on Bun: in variables of its environment, with
 * the program's main module before it; what is too large for those in a file without
 * a name, which the child inherits as its descriptor 3.
 *
 * @module
 */
import { pack, unpack } from "../posix/boot_env.ts";
import { BOOT, fs, process } from "./globals.ts";

/** Descriptor under which a child finds the file with its boot message. */
const BOOT_DESCRIPTOR = 3;
/** Stands in the variable of a message that comes in a file. */
const IN_FILE = "+";

/** A message as variables, and the descriptor of a file where it comes in one. */
export interface PackedBoot {
  env: Record<string, string>;
  descriptor: number | null;
  /** Closes the descriptor in this process. A child has its own. */
  close(): void;
}

/**
 * Packs a message for a child.
 *
 * @param main path of the program's main module; empty where there is none
 * @throws what the file system throws when no folder has room for the file
 */
export function packBoot(text: string, main: string): PackedBoot {
  const env = pack(text);
  if (env !== null) {
    return { env: { ...env, [BOOT]: `${main}\n${env[BOOT]}` }, descriptor: null, close: () => {} };
  }
  const descriptor = unnamedFile(new TextEncoder().encode(text));
  return { env: { [BOOT]: `${main}\n${IN_FILE}` }, descriptor, close: () => fs().closeSync(descriptor) };
}

/**
 * The message for this process, once. Afterwards nobody can read it in the environment.
 *
 * @param take gives a variable and removes it
 */
export function readBoot(take: (name: string) => string | undefined): string | null {
  const text = unpack(take);
  if (text !== IN_FILE) return text;
  const { fstatSync, readSync, closeSync } = fs();
  const bytes = new Uint8Array(fstatSync(BOOT_DESCRIPTOR).size);
  for (let at = 0; at < bytes.length;) {
    // The parent's descriptor shares its position with this one, so each read says its own.
    const count = readSync(BOOT_DESCRIPTOR, bytes, at, bytes.length - at, at);
    if (count === 0) break;
    at += count;
  }
  closeSync(BOOT_DESCRIPTOR);
  return new TextDecoder().decode(bytes);
}

/** Descriptor of a file with these bytes that no folder shows: in memory where there is room for it. */
function unnamedFile(bytes: Uint8Array): number {
  try {
    return unnamedFileIn("/dev/shm", bytes);
  } catch {
    return unnamedFileIn(process.env.TMPDIR || "/tmp", bytes);
  }
}

function unnamedFileIn(folder: string, bytes: Uint8Array): number {
  const { openSync, unlinkSync, writeSync, closeSync } = fs();
  const path = `${folder}/brood-boot-${crypto.randomUUID()}`;
  const descriptor = openSync(path, "wx+", 0o600);
  try {
    unlinkSync(path);
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
    return descriptor;
  } catch (cause) {
    closeSync(descriptor);
    throw cause;
  }
}
