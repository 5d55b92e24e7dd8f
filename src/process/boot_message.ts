/**
 * The boot message: all that a child must know before it runs anything, as one
 * JSON text. Written by the parent, read by the child's entry. Data only.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { Ancestry, Family } from "../runtime/process_info.ts";
import type { Link } from "../transport/client.ts";
import type { Note } from "../function/function_ref.ts";
import type { Trail } from "../replay/recording.ts";

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

/** What a fork child is told. */
export interface Forked {
  ancestry: Ancestry;
  trail: Trail;
}

/** What a process is told when it starts: a child what to run, a fork child the path, and a forked child both. */
export type Message = Partial<Boot> & { fork?: Forked };

/** The boot of this process, kept since a fork of it starts alike, and the modules that came with it. */
export interface Kept {
  readonly boot: Boot;
  readonly modules: readonly string[];
}

let kept: Kept | null = null;

/** Keeps how this process was started. */
export function keepBoot(boot: Boot, modules: readonly string[]): void {
  kept = { boot, modules };
}

/** How this process was started, when it is a child that runs a function; else null. */
export function bootOf(): Kept | null {
  return kept;
}

export function writeBoot(parts: Omit<Boot, "text" | "blocks">, payload: Encoded): string {
  const boot: Boot = { ...parts, text: payload.text, blocks: payload.blocks.map((block) => block.toBase64()) };
  return JSON.stringify(boot);
}
