/** A main module that cannot be imported. */
import { Process } from "../../../mod.ts";

export function work(): void {}

if (!import.meta.main) throw new RangeError("not to be imported");

console.log(await new Process({ target: work, name: "ant" }).start().join());
