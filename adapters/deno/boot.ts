/**
 * How a boot message gets to a child on Deno: in variables of its environment;
 * what is too large for those in a file that only this user may read, where files
 * are permitted; else on its standard input, which this process's event loop writes.
 *
 * @module
 */
import { BOOT, pack, unpack } from "../posix/boot_env.ts";
import { whole } from "./permissions.ts";

/**
 * A message as variables, and as bytes for the pipe where it comes that way.
 *
 * @param mayRead whether the child may read files
 */
export function packBoot(text: string, mayRead: boolean): {
  env: Record<string, string>;
  rest: Uint8Array<ArrayBuffer> | null;
  /** Removes what a child has not taken. */
  discard(): void;
} {
  const env = pack(text);
  const discard = () => {};
  if (env !== null) return { env, rest: null, discard };
  const path = mayRead && whole("read") && whole("write") ? writeFile(text) : null;
  if (path !== null) return { env: { [BOOT]: `@${path}` }, rest: null, discard: () => removeFile(path) };
  const rest = new TextEncoder().encode(text);
  return { env: { [BOOT]: `+${rest.length}` }, rest, discard };
}

/** Null where there is no folder for it, or no room: then it goes by the pipe. */
function writeFile(text: string): string | null {
  try {
    const path = Deno.makeTempFileSync({ prefix: `brood-${Deno.pid}-` });
    Deno.writeTextFileSync(path, text);
    return path;
  } catch {
    return null;
  }
}

/** The other side may have done it, or the folder be gone, or the right to: what stays harms nobody. */
function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // it stays
  }
}

/** The message for this process, once; null when there is none. Afterwards nobody can read it in the environment. */
export function readBoot(): string | null {
  const text = whole("env", BOOT) ? unpack(take) : null;
  if (text?.startsWith("@")) return readFile(text.slice(1));
  return text?.startsWith("+") ? readPiped(Number(text.slice(1))) : text;
}

function take(name: string): string | undefined {
  const text = Deno.env.get(name);
  Deno.env.delete(name);
  // The right to read it is the one that the parent may not have had: give it back. A compiled program has had it, and
  // needs it for children of its own.
  if (!whole("env") && !Deno.build.standalone) Deno.permissions.revokeSync({ name: "env", variable: name });
  return text;
}

function readFile(path: string): string {
  const text = Deno.readTextFileSync(path);
  removeFile(path);
  return text;
}

function readPiped(length: number): string {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = Deno.stdin.readSync(bytes.subarray(at));
    if (count === null) Deno.exit(1); // the parent died before it had said what to run
    at += count;
  }
  return new TextDecoder().decode(bytes);
}
