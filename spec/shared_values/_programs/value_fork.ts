/** Shared values on both sides of a fork. */
import { fork, SharedArray, snapshot, Value } from "../../../mod.ts";
import { outcome, reap, tell } from "../../replay/_fixtures/replay_tell.ts";

const value = new Value("i");
const array = new SharedArray("i", 2);
await value.set(5);
await array.set(0, 7);
const given = [await outcome(() => value.get()), await outcome(() => value.add(10))];
const listed = [await outcome(() => array.get(0)), await outcome(() => array.slice())];
const inside = await snapshot(async () => (await array.slice()).length + 1);

if (fork() === 0) {
  await value.add(100);
  await array.set(1, 9);
  tell("child", given, listed, inside, await array.slice());
} else {
  await reap();
  tell("parent", given, listed, inside, await value.get(), await array.slice());
}
