/**
 * What is asked of an object that lives with somebody else. Data only.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { CallEndings } from "./pending_call.ts";

/** What is asked of an object. */
export interface CallParameters extends CallEndings {
  readonly id: string;
  readonly act: string;
  readonly args: readonly unknown[];
  readonly cargo: Encoded | null;
  readonly now: boolean;
  /** It may be called off. */
  readonly isBound: boolean;
  /** It is likely to be asked again when it is answered. */
  readonly repeats: boolean;
  /** It can be told of once for each time that another act's answer has enabled it. */
  readonly isEnabled?: boolean;
  /** It brings something: this process does not leave before it is done, and what is called off may have been done. */
  readonly brings: boolean;
}

/** One that brings nothing and waits as long as it takes. */
export const DEFAULT_PARAMETERS: Omit<CallParameters, "id" | "act"> = {
  args: [],
  cargo: null,
  now: false,
  isBound: false,
  repeats: false,
  brings: false,
};
