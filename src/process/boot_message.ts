/**
 * The boot message: all that a child must know before it runs anything, as one
 * JSON text. Written by the parent, read by the entry of the child. Data only.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { FunctionRef } from "../function/function_ref.ts";
import type { ForkBoot } from "../replay/recording.ts";
import type { ProcessIdentity } from "../runtime/process_info.ts";
import type { ServiceAddress } from "../transport/server.ts";

/** What a child is told. */
export interface BootMessage {
  identity: ProcessIdentity;
  /** Whether a thread of the child must watch the parent, since the operating system does not. */
  watchesParent: boolean;
  /** The function that it runs or, with `isSubclass`, the class of its Process; null for nothing. */
  functionRef: FunctionRef | null;
  isSubclass: boolean;
  /** JSON of what goes with the function: arguments, fields of a subclass's instance, or a manager's parameters. */
  text: string;
  /** The binary blocks that `text` refers to, in base64. */
  blocks: string[];
  /** The service of the parent that a worker or a manager calls. */
  service: ServiceAddress | null;
}

/** What any process of the library's is told: a child what it runs, a fork child its recording, a forked child both. */
export type AnyBootMessage = Partial<BootMessage> & { fork?: ForkBoot };

/** How this process was started, and the modules that it was started with: a fork of it starts alike. */
export interface KeptBoot {
  readonly boot: BootMessage;
  readonly modules: readonly string[];
}

let keptMessage: KeptBoot | null = null;

/** Keeps how this process was started. */
export function keepBoot(boot: BootMessage, modules: readonly string[]): void {
  keptMessage = { boot, modules };
}

/** How this process was started, when it is a child that runs a function; else null. */
export function keptBoot(): KeptBoot | null {
  return keptMessage;
}

/** The boot message as JSON. */
export function writeBoot(message: Omit<BootMessage, "text" | "blocks">, payload: Encoded): string {
  const blocks = payload.blocks.map((block) => block.toBase64());
  return JSON.stringify({ ...message, text: payload.text, blocks } satisfies BootMessage);
}
