/** The order in which promises settle before the fork, told by the process itself and by a fork of it. */
import { fork, Process, snapshot, wait } from "../../../mod.ts";
import { pause } from "../../_support/lingers.ts";
import { outcome, reap, tell } from "../_fixtures/replay_tell.ts";
import { delay } from "../../_support/async.ts";

const order: string[] = [];

async function noted(name: string, promise: Promise<unknown>, turns = 0): Promise<void> {
  await outcome(() => promise);
  for (let turn = 0; turn < turns; turn++) await null;
  order.push(name);
}

const child = new Process({ target: pause, args: [30] }).start();
const all = [
  noted("last", snapshot(() => child.join().then(() => delay(30)))),
  noted("join", child.join()),
  noted("sentinel", child.sentinel),
  noted("early", snapshot(() => delay(5)), 10),
  noted("timeout", wait({ timeout: 10 })),
  noted("none", wait()),
];
snapshot(() => 0);
await Promise.all(all);

// What settles while nobody waits, and a race between what the library gives and what it does not.
const soon = snapshot(() => delay(1).then(() => "soon"));
const never = snapshot(() => new Promise<string>(() => {}));
await snapshot(() => delay(10));
order.push(await Promise.race([delay(50).then(() => "timer"), never, soon]));
tell(fork() === 0 ? "child" : "parent", ...order);
await reap();
