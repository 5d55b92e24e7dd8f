/**
 * The boot message: all that a child must know before it runs anything, as one
 * JSON text. Written by the parent, read by the child's entry. Data only.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { ForkAncestry, ProcessIdentity } from "../runtime/process_info.ts";
import type { ServiceAddress } from "../transport/client.ts";
import type { FunctionRef } from "../function/function_ref.ts";
import type { Recording } from "../replay/recording.ts";

/** What a child is told. */
export interface BootMessage {
  family: ProcessIdentity;
  /** Whether a thread of the child must watch the parent, since the operating system does not. */
  guard: boolean;
  /** What to run: a function or, with `subclass`, a class; null for nothing. */
  note: FunctionRef | null;
  subclass: boolean;
  /** Text and blocks (base64) of what goes with it: arguments, or the fields of a subclass's instance. */
  text: string;
  blocks: string[];
  /** The owner's service to call. */
  link: ServiceAddress | null;
}

/** What a fork child is told. */
export interface ForkRecord {
  ancestry: ForkAncestry;
  trail: Recording;
}

/** What a process is told when it starts: a child what to run, a fork child the path, and a forked child both. */
export type AnyBootMessage = Partial<BootMessage> & { fork?: ForkRecord };

/** The boot of this process, kept since a fork of it starts alike, and the modules that came with it. */
export interface KeptBoot {
  readonly boot: BootMessage;
  readonly modules: readonly string[];
}

let kept: KeptBoot | null = null;

/** Keeps how this process was started. */
export function keepBoot(boot: BootMessage, modules: readonly string[]): void {
  kept = { boot, modules };
}

/** How this process was started, when it is a child that runs a function; else null. */
export function keptBoot(): KeptBoot | null {
  return kept;
}

export function writeBoot(parts: Omit<BootMessage, "text" | "blocks">, payload: Encoded): string {
  const boot: BootMessage = { ...parts, text: payload.text, blocks: payload.blocks.map((block) => block.toBase64()) };
  return JSON.stringify(boot);
}
