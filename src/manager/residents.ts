/**
 * What lives with managers only, by kind: loaded where a manager runs.
 *
 * @module
 */
import { admit } from "../shared/engine.ts";
import { DictState } from "./dict_state.ts";
import { SetState } from "./set_state.ts";

admit("dict", () => new DictState());
admit("set", () => new SetState());
admit("Namespace", () => new DictState());
