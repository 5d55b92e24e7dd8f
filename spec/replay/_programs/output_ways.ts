/**
 * Writes in every way of a set, `process`, `runtime` or `both`, before a fork and after it, the parent last; at the end
 * each process tells what the ways had given before the fork. With `under way` the writes are not awaited before the fork.
 */
import process from "node:process";
import { PROCESS_PIPES, PROCESS_WAYS, RUNTIME_PIPES, RUNTIME_WAYS, type Way } from "../_fixtures/output_ways.ts";
import { fork, wait } from "../../../mod.ts";

const [set, pace] = process.argv.slice(2) as [string, string];
const ways: Record<string, Way> = { ...set !== "runtime" && PROCESS_WAYS, ...set !== "process" && RUNTIME_WAYS };
const pipes: Record<string, Way> = { ...set !== "runtime" && PROCESS_PIPES, ...set !== "process" && RUNTIME_PIPES };

async function write(when: string): Promise<Record<string, unknown>> {
  const gave: Record<string, unknown> = {};
  for (const [name, way] of Object.entries({ ...ways, ...pipes })) {
    gave[name] = await way(`<${name} ${when}>\n`) ?? null;
  }
  return gave;
}

function writeAtOnce(when: string): Promise<unknown[]> {
  return Promise.all(Object.entries(ways).map(([name, way]) => way(`<${name} ${when}>\n`)));
}

const before = pace === "under way" ? writeAtOnce("before") : await write("before");
const isChild = fork() === 0;
if (!isChild) await wait();
const after = isChild ? "in the child" : "in the parent";
const gave = await before;
await (pace === "under way" ? writeAtOnce(after) : write(after));
console.log(`\n${JSON.stringify({ who: after, gave })}`);
