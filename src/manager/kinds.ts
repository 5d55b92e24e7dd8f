/**
 * What lives with managers only, by kind: loaded where a manager runs.
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
 * From now on all that a manager has can live here.
 *
 * @param model what was registered under a name; the caller's note of it is for those who trust callers
 */
export function registerManagerKinds(
  model: (name: string, note: FunctionRef | null, exposed: readonly string[] | null) => Promise<RegisteredModel>,
): void {
  registerKind("dict", () => new DictState());
  registerKind("list", () => new ListState());
  registerKind("set", () => new SetState());
  registerKind("Namespace", () => new DictState());
  registerKind("Registered", (name, note, exposed) => new RegisteredState(name, model(name, note, exposed)));
}
