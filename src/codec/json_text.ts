/**
 * JSON texts that fit one message.
 *
 * @module
 */
import { SerializationError } from "../errors.ts";

/** A text must be shorter: engines hold no longer string, and a message with its other fields is around it. */
const MAX_TEXT_BYTES = 2 ** 29 - 2 ** 21;

/** JSON of a value. @throws {SerializationError} it is longer than a string or a frame can be */
export function jsonText(value: unknown, what: string): string {
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    throw tooLarge(what); // longer than a string of this engine can be
  }
  return fitting(text, what);
}

/** The texts as the items of a list, between what stands before and behind. @throws {SerializationError} as above */
export function listText(before: string, texts: readonly string[], behind: string, what: string): string {
  const units = texts.reduce((sum, { length }) => sum + length + 1, before.length + behind.length);
  if (units >= MAX_TEXT_BYTES) throw tooLarge(what);
  return fitting(`${before}${texts.join()}${behind}`, what);
}

function fitting(text: string, what: string): string {
  // UTF-8 takes at most three bytes for each UTF-16 unit.
  const fits = 3 * text.length < MAX_TEXT_BYTES || new TextEncoder().encode(text).length < MAX_TEXT_BYTES;
  if (fits) return text;
  throw tooLarge(what);
}

function tooLarge(what: string): SerializationError {
  return new SerializationError(
    `Cannot send ${what} to another process: it is larger than one message can be, send it in parts or as typed arrays`,
    what,
  );
}
