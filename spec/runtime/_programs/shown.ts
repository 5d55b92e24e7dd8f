/** Shows a lock by itself, in an array, and in a field. */
import { Lock } from "../../../mod.ts";

const lock = new Lock();
await lock.locked();
console.log(lock, [lock], { field: lock });
