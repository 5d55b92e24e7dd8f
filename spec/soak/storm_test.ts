import { readdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { lines } from "../_support/scratch.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { delay, until } from "../_support/async.ts";
import { scratch } from "../_support/folder.ts";
import { children, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import type { Item } from "./_fixtures/storm_roles.ts";

const SECONDS = Number(process.env.STORM_SECONDS ?? 180);

/** Between two kills, at most. */
const PAUSE_MS = 800;

interface Result {
  killed: Record<string, number>;
  tasks: { settled: number; lost: number };
  left: Record<string, Item[]>;
  total: number;
  isLocked: boolean;
  permits: number;
  children: number;
}

const folder = scratch();
let told: Promise<Result> | undefined;

/** Kills children of the storm for as long as it lasts, and gives what it told at its end. */
async function rage(): Promise<Result> {
  const storm = start("soak/_programs/storm.ts", { args: [folder] });
  let hasEnded = false;
  void storm.ended.then(() => hasEnded = true);
  try {
    await until(() => hasEnded || storm.stdout().includes("\n"), "the storm begins", 30_000);
    const { spared } = JSON.parse(storm.stdout().split("\n")[0]!);
    for (const end = Date.now() + 1_000 * SECONDS; Date.now() < end && !hasEnded;) {
      await delay(Math.random() * PAUSE_MS);
      const victims = children(storm.pid).filter(({ pid }) => pid !== spared);
      const victim = victims[Math.floor(Math.random() * victims.length)];
      if (victim === undefined) continue;
      process.kill(victim.pid, "SIGKILL");
      const before = deeds();
      await until(() => hasEnded || deeds().every((done, at) => done > before[at]!), "the storm goes on", 60_000);
    }
    writeFileSync(`${folder}/stop`, "");
    const { code, stdout, stderr } = await storm.ended;
    assertEquals([code, stderr], [0, ""]);
    return JSON.parse(stdout.trim().split("\n").at(-1)!);
  } catch (error) {
    storm.kill("SIGKILL"); // what it has started ends without it
    throw error;
  }
}

/** How many tasks have run and how many items were put, so far: on a slow machine kills are fewer. */
function deeds(): number[] {
  return [lines(`${folder}/ran`).length, [...noted("put-").values()].flat().length];
}

function result(): Promise<Result> {
  return told ??= rage();
}

/** Lines of all files of that name, by what follows it. */
function noted(prefix: string): Map<string, string[]> {
  const files = readdirSync(folder).filter((name) => name.startsWith(prefix));
  return new Map(files.map((name) => [name.slice(prefix.length), lines(`${folder}/${name}`)]));
}

function kills({ killed }: Result, role: string): number {
  return Object.entries(killed).filter(([name]) => name.startsWith(role)).reduce((sum, [, count]) => sum + count, 0);
}

/** How often an item comes after a later one of its producer. */
function descents(items: Item[]): number {
  const last = new Map<string, number>();
  return items.filter(([producer, n]) => {
    const isBack = n < (last.get(producer) ?? -1);
    last.set(producer, n);
    return isBack;
  }).length;
}

const PATIENCE = { limit: 1_000 * SECONDS + 180_000 };

test(
  "A storm settles every task of a pool once, runs none twice, and loses at most one for each worker that was killed",
  async () => {
    const { tasks } = await result();
    const ran = lines(`${folder}/ran`).map(Number);
    assertEquals(new Set(ran).size, ran.length, "some have run twice");
    assert(tasks.settled > 20, `${tasks.settled} tasks`);
    assert(
      ran.length >= tasks.settled - tasks.lost,
      `${ran.length} have run of ${tasks.settled}, ${tasks.lost} are lost`,
    );
  },
  PATIENCE,
);

test(
  "A storm doubles no item of a queue, keeps the order of each producer but for what killed takers give back, and loses at most what a killed taker had just got",
  async () => {
    const all = await result();
    for (const [queue, left] of Object.entries(all.left)) {
      const takersKilled = kills(all, `consumer-${queue}`) + kills(all, `taker-${queue}`);
      const takers = [...noted(`got-${queue}-`).values()].map((said) => said.map((line): Item => JSON.parse(line)));
      const had = [...takers, left];
      // What a taker was given goes back when it ends: others may get some of it, of each producer, after later items.
      const steps = had.reduce((sum, items) => sum + descents(items), 0);
      assert(
        steps <= 4 * (takersKilled + 2),
        `${queue}: ${steps} times an earlier item comes later, with ${takersKilled} kills`,
      );
      const there = had.flat().map(([producer, n]) => `${producer} ${n}`);
      assertEquals(there.filter((item, at) => there.indexOf(item) !== at), [], `${queue}: something is doubled`);
      const put = [...noted(`put-${queue}-`)].flatMap(([producer, said]) => said.map((n) => `${producer} ${n}`));
      const [has, knows] = [new Set(there), new Set(put)];
      const [lost, unknown] = [put.filter((item) => !has.has(item)), there.filter((item) => !knows.has(item))];
      const given = kills(all, `producer-${queue}`);
      assert(put.length > 10, `${queue}: ${put.length} were put`);
      assert(
        lost.length <= takersKilled,
        `${queue}: ${lost.length} are lost by ${takersKilled} kills: ${lost.slice(0, 5)}`,
      );
      assert(unknown.length <= given, `${queue}: ${unknown.length} nobody has put, with ${given} kills`);
    }
  },
  PATIENCE,
);

test(
  "A storm sees one process at a time hold a lock, and as many have a permit as a semaphore has, by the witness of files",
  async () => {
    await result();
    assertEquals(lines(`${folder}/violations`), []);
    for (const prefix of ["held-lock-", "held-rlock-", "permitted-", "woke-"]) {
      assert([...noted(prefix).values()].flat().length > 0, prefix);
    }
  },
  PATIENCE,
);

test("A storm counts in a Value what was added to it, once", async () => {
  const all = await result();
  const added = [...noted("added-").values()].flat().length;
  assert(added > 10 && all.total >= added, `${all.total} of ${added}`);
  assert(all.total <= added + kills(all, "counter"), `${all.total} of ${added}`);
}, PATIENCE);

test("A storm leaves nothing pending, no lock held, and no process, no socket and no shared file", async () => {
  const { isLocked, permits, children } = await result();
  assertEquals([isLocked, permits, children], [false, 2, 0]);
}, PATIENCE);

noLeaks();
