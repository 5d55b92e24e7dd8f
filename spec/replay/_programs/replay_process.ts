/** What a fork child gets, up to the fork, from processes made and started before it. */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { activeChildren, fork, Process, processTable, snapshot, wait } from "../../../mod.ts";
import { traceUntil } from "../_fixtures/replay_targets.ts";
import { outcome, reap, tell } from "../_fixtures/replay_tell.ts";
import { delay } from "../../_support/async.ts";

const folder = process.argv[2]!;

function made(name: string, code: number): Process {
  return new Process({ target: traceUntil, args: [`${folder}/began`, `${folder}/${name}`, code], name });
}

const facts: unknown[] = [];
function look(child: Process): void {
  const { name, daemon, pid, exitCode } = child;
  facts.push([name, daemon, pid, exitCode, child.isAlive(), activeChildren().map((each) => each.name), processTable()]);
}

const one = made("one", 3);
look(one);
facts.push(await outcome(() => one.join()), await outcome(() => one.sentinel));
one.start();
look(one);
facts.push(await outcome(() => one.start()), await one.join({ timeout: 10 }));
const two = made("two", 4).start();
look(two);

snapshot(() => writeFileSync(`${folder}/one`, ""));
let polls = 0;
for (; one.isAlive(); polls++) await delay(5);
look(one);
facts.push(["polls", polls], await one.join(), await one.sentinel);
look(one);
one.close();
facts.push(await outcome(() => one.pid), await outcome(() => two.close()));

snapshot(() => writeFileSync(`${folder}/two`, ""));
facts.push(await wait(), await two.join(), await two.sentinel);
look(two);

const three = made("three", 5).start();
facts.push(await outcome(() => new Process({ target: traceUntil, args: [() => {}] as never }).start()));
three.kill();
facts.push(await three.join(), new Process().name);

tell(fork() === 0 ? "child" : "parent", ...facts, new Process().name);
await reap();
