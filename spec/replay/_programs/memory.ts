/** Parent and child change what both have in memory, the parent first. */
import process from "node:process";
import { fork } from "../../../mod.ts";
import { leave, meet, reap, tell } from "../_fixtures/telling.ts";

const [folder] = process.argv.slice(2) as [string];
const list = [1];
const map = new Map([["key", { value: 1 }]]);
const bytes = new Uint8Array([1, 1]);
let count = 1;

function change(value: number): void {
  list.push(value);
  map.get("key")!.value = value;
  bytes[1] = value;
  count += value;
}

change(1);
const pid = fork();
if (pid === 0) await meet(`${folder}/changed`);
const seen = JSON.stringify([list, map.get("key"), [...bytes], count]);
change(pid === 0 ? 7 : 9);
if (pid !== 0) {
  leave(`${folder}/changed`);
  await reap();
}
tell({ isChild: pid === 0, seen: JSON.parse(seen), after: [list, map.get("key"), [...bytes], count] });
