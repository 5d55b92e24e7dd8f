/**
 * How a boot message gets to a child on Deno: in variables of its environment,
 * complete when it is started; what is too large for those comes on its standard
 * input, which this process's event loop writes.
 *
 * @module
 */
import { whole } from "./deno_permissions.ts";

/** Carries the message, or says how it comes: `*` and a number of variables, `+` and a number of bytes on the pipe. */
const BOOT = "BROOD_BOOT";
/** Characters in one variable: the kernel takes 128 KiB. */
const PART = 120_000;
/** All variables and arguments of a process together may have 2 MiB; the environment needs some of it. */
const PARTS = 9;

/** A message as variables, and as bytes for the pipe where it is too large for those. */
export function packBoot(text: string): { env: Record<string, string>; rest: Uint8Array<ArrayBuffer> | null } {
  const ascii = text.length > PART * PARTS ? text : escaped(text);
  if (ascii.length > PART * PARTS) {
    const rest = new TextEncoder().encode(text);
    return { env: { [BOOT]: `+${rest.length}` }, rest };
  }
  if (ascii.length <= PART) return { env: { [BOOT]: ascii }, rest: null };
  const count = Math.ceil(ascii.length / PART);
  const parts = Array.from({ length: count }, (_, at) => [nameOf(at), ascii.slice(at * PART, (at + 1) * PART)]);
  return { env: { [BOOT]: `*${count}`, ...Object.fromEntries(parts) }, rest: null };
}

/** The message for this process, once; null when there is none. Afterwards nobody can read it in the environment. */
export function readBoot(): string | null {
  if (!whole("env", BOOT)) return null;
  const text = take(BOOT);
  if (text === undefined) return null;
  const how = text[0];
  const count = Number(text.slice(1));
  if (how === "*") return Array.from({ length: count }, (_, at) => take(nameOf(at))).join("");
  return how === "+" ? readPiped(count) : text;
}

/** JSON holds its text in strings only, where any character may be escaped: so a part ends between two. */
function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function nameOf(part: number): string {
  return `${BOOT}_${part}`;
}

function take(name: string): string | undefined {
  const text = Deno.env.get(name);
  Deno.env.delete(name);
  // The right to read it is the one that the parent may not have had: give it back.
  if (!whole("env")) Deno.permissions.revokeSync({ name: "env", variable: name });
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
