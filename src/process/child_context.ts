/**
 * What a child has got when it begins to serve: its boot message, and the ways to
 * load what that names. Workers and managers are given it by the entry of
 * children, which lies above them. Types only.
 *
 * @module
 */
import type { Importer } from "../function/resolve.ts";
import type { BootMessage } from "./boot_message.ts";

/** What a child serves with, whatever its kind. */
export interface ChildContext {
  readonly boot: BootMessage;
  /** Imports a module of the program. Meanwhile nothing can be started: the main guard may be missing there. */
  readonly importModule: Importer;
  /** Whether the child was started with this module: it needs no permission to import it. */
  wasStartedWith(url: string): boolean;
  /** Decodes what came with the function of the boot message. */
  decodePayload(): Promise<unknown>;
  /** Loads the classes of all shared objects: the modules of the program may not have done so. */
  loadSharedClasses(): Promise<void>;
}
