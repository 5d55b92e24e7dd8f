/**
 * The options of a `Manager`, and the checks of them at the call. Starts nothing.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import type { Target } from "../function/task.ts";
import { checkOptions, type OptionNames } from "../runtime/options.ts";
import { type Address, addressText, authKeyBytes, NO_KEY, refuseOpen } from "../transport/address.ts";

/** Options of {@linkcode Manager}. */
export interface ManagerOptions {
  /** Where other programs can reach it: a path, or a place in the network. Default: it is reached by this program only. */
  address?: Address;
  /** What other programs must know to reach it. Needed for a place in the network. */
  authkey?: Uint8Array;
  /** Name of its process, for people; default `Manager-N`. */
  name?: string;
}

const MANAGER_OPTIONS: OptionNames<ManagerOptions> = { address: true, authkey: true, name: true };

/** What can be registered: a class, or a function that makes an object. */
// deno-lint-ignore no-explicit-any
export type Registrable = Target | (new (...args: any[]) => object);

/** Options that were checked. */
export interface ManagerSettings {
  readonly name: string | undefined;
  /** `unix:PATH` or `tcp:HOST:PORT`; null when it was not given. */
  readonly address: string | null;
  /** In hex. */
  readonly key: string;
}

/** @throws {TypeError} an option is of the wrong kind, or a place in the network is given without a key */
export function checkManagerOptions(options: ManagerOptions): ManagerSettings {
  const act = "make manager";
  checkOptions(options, MANAGER_OPTIONS, act, "name");
  const { name, address, authkey } = options;
  if (name !== undefined && typeof name !== "string") throw typeError(`Cannot ${act}: name is not a string`);
  const key = authKeyBytes(authkey, act);
  const text = address === undefined ? null : addressText(address, act);
  if (text !== null) refuseOpen(text, key, act);
  return { name, address: text, key: (key ?? NO_KEY).toHex() };
}
