/**
 * What lives with managers only, by kind: loaded where a manager runs.
 *
 * @module
 */
import type { Note } from "../function/function_ref.ts";
import { admit } from "../child/object_kinds.ts";
import { DictState } from "./dict_state.ts";
import { ListState } from "./list_state.ts";
import { type Model, RegisteredState } from "./auto_state.ts";
import { SetState } from "./set_state.ts";

/**
 * From now on all that a manager has can live here.
 *
 * @param model what was registered under a name; the caller's note of it is for those who trust callers
 */
export function settleHere(
  model: (name: string, note: Note | null, exposed: readonly string[] | null) => Promise<Model>,
): void {
  admit("dict", () => new DictState());
  admit("list", () => new ListState());
  admit("set", () => new SetState());
  admit("Namespace", () => new DictState());
  admit("Registered", (name, note, exposed) => new RegisteredState(name, model(name, note, exposed)));
}
