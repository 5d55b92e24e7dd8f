/** Uses a manager whenever it is imported, and has a child import it. */
import { Manager, Process } from "../../../mod.ts";

const manager = new Manager();
const list = manager.list([1]);

export function nothing(): void {}

const child = new Process({ target: nothing }).start();
console.log(await child.join());
await list.length();
await manager.shutdown();
