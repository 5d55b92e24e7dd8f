/**
 * What the process of a manager is told when it starts. Data only.
 *
 * @module
 */
import type { FunctionRef } from "../function/function_ref.ts";

/** What a manager is told. */
export interface ManagerParameters {
  /** By which its objects are asked for. */
  readonly id: string;
  /** Where strangers can come in, and the key (hex) that they must know. */
  readonly gate: { readonly address: string; readonly key: string } | null;
  /** What was registered when it was started. */
  readonly types: readonly {
    readonly name: string;
    readonly note: FunctionRef;
    readonly exposed: readonly string[] | null;
  }[];
}
