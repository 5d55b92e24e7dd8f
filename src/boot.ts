/**
 * The boot message: all that a child must know before it runs anything, as one
 * JSON text. Written by the parent, read by the child's entry. Data only.
 *
 * @module
 */
import type { Encoded } from "./codec.ts";
import type { Family } from "./family.ts";
import type { Link } from "./link.ts";
import type { Note } from "./registry.ts";

/** What a child is told. */
export interface Boot {
  family: Family;
  /** Whether a thread of the child must watch the parent, since the operating system does not. */
  guard: boolean;
  /** What to run: a function or, with `subclass`, a class; null for nothing. */
  note: Note | null;
  subclass: boolean;
  /** Text and blocks (base64) of what goes with it: arguments, or the fields of a subclass's instance. */
  text: string;
  blocks: string[];
  /** The owner's service to call. */
  link: Link | null;
}

export function writeBoot(parts: Omit<Boot, "text" | "blocks">, payload: Encoded): string {
  const boot: Boot = { ...parts, text: payload.text, blocks: payload.blocks.map((block) => block.toBase64()) };
  return JSON.stringify(boot);
}
