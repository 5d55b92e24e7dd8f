/**
 * The kinds of objects that only managers own. Loaded where a manager runs.
 *
 * @module
 */
import type { FunctionRef } from "../function/function_ref.ts";
import { registerKind } from "../child/object_kinds.ts";
import { DictState } from "./dict_state.ts";
import { ListState } from "./list_state.ts";
import { type RegisteredModel, RegisteredState } from "./auto_state.ts";
import { SetState } from "./set_state.ts";

/**
 * Makes this process one that can own everything that a manager can.
 *
 * @param modelOf gives what was registered under a name; `functionRef` is what the caller says it is, if it does
 */
export function registerManagerKinds(
  modelOf: (
    name: string,
    functionRef: FunctionRef | null,
    exposed: readonly string[] | null,
  ) => Promise<RegisteredModel>,
): void {
  registerKind("dict", () => new DictState());
  registerKind("list", () => new ListState());
  registerKind("set", () => new SetState());
  registerKind("Namespace", () => new DictState());
  registerKind("Registered", (name, functionRef, exposed) => {
    return new RegisteredState(name, modelOf(name, functionRef, exposed));
  });
}
