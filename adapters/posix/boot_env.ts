/**
 * A boot message as variables of a child's environment: complete when the child
 * is started, whatever this process does next. The same on every runtime.
 *
 * @module
 */

/** Carries the message, or says how it comes. */
export const BOOT = "BROOD_BOOT";
/** Characters in one variable: the kernel takes 128 KiB. */
const PART_CHARACTERS = 120_000;
/** All variables and arguments of a process together may have 2 MiB; the environment needs some of it. */
const MOST_PARTS = 9;

/** The variables; null when the message is too large for them. */
export function pack(text: string): Record<string, string> | null {
  if (text.length > PART_CHARACTERS * MOST_PARTS) return null;
  const ascii = escaped(text);
  if (ascii.length > PART_CHARACTERS * MOST_PARTS) return null;
  if (ascii.length <= PART_CHARACTERS) return { [BOOT]: ascii };
  const count = Math.ceil(ascii.length / PART_CHARACTERS);
  const parts = Array.from(
    { length: count },
    (_, at) => [nameOf(at), ascii.slice(at * PART_CHARACTERS, (at + 1) * PART_CHARACTERS)],
  );
  return { [BOOT]: `*${count}`, ...Object.fromEntries(parts) };
}

/**
 * What the variables say: the message, or how else it comes.
 *
 * @param take gives a variable and removes it
 */
export function unpack(take: (name: string) => string | undefined): string | null {
  const text = take(BOOT);
  if (text === undefined) return null;
  if (text[0] !== "*") return text;
  return Array.from({ length: Number(text.slice(1)) }, (_, at) => take(nameOf(at))).join("");
}

/** JSON holds its text in strings only, where any character may be escaped: so a part ends between two. */
function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function nameOf(part: number): string {
  return `${BOOT}_${part}`;
}
