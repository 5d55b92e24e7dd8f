/** Programs with pools that are interrupted, in process groups of their own, and what must become of them. */
import process from "node:process";
import { assertEquals } from "../../_support/assert.ts";
import { deadline, until } from "../../_support/async.ts";
import { Folder } from "../../_support/folder.ts";
import { groupOf } from "../../_support/groups.ts";
import { lines } from "../../_support/scratch.ts";
import { isAlive, type Running, start } from "../../_support/system.ts";

/** Runs a program in a group of its own; whatever becomes of it, nothing of the group is left. */
export async function grouped(
  program: string,
  args: string[],
  act: (running: Running) => Promise<void>,
): Promise<void> {
  const running = start(`runtime/_programs/${program}`, { args });
  try {
    await act(running);
  } finally {
    for (const pid of groupOf(running.pid)) process.kill(pid, "SIGKILL");
    await running.ended;
  }
}

/** It has ended by SIGINT soon, without a word, and nobody is left. */
export async function assertInterrupted(running: Running): Promise<void> {
  await until(() => !isAlive(running.pid), "the program has ended", SOON_MS);
  await until(() => groupOf(running.pid).length === 0, "the workers are gone", SOON_MS);
  const ended = await deadline(running.ended, 5_000, "the end of its output");
  assertEquals(ended, { code: null, signal: "SIGINT", stdout: "", stderr: "" });
}

/** Which program, and when it is busy. */
export interface Busy {
  what: "loop" | "sleep" | "ignore SIGTERM" | "nest loop" | "nest sleep";
  /** Processes that tell that they are busy. */
  busy?: number;
  options?: { killGrace?: number };
}

/** Runs a program with a busy pool, and acts when all its workers are. */
export async function busy(
  { what, busy = 2, options = {} }: Busy,
  act: (running: Running, folder: Folder) => Promise<void>,
): Promise<void> {
  using folder = new Folder();
  await grouped("interrupt_pool.ts", [folder.path, what, JSON.stringify(options)], async (running) => {
    await until(() => lines(folder.at("begun")).length === busy, "the workers are busy");
    await act(running, folder);
  });
}

/** Milliseconds for the default grace time, and for two loaded cores. */
const SOON_MS = 10_000;

/** A program whose tasks have pools of their own, which loop or sleep, is ended quietly. */
export async function nested(what: "nest loop" | "nest sleep"): Promise<void> {
  await busy({ what, busy: 4 }, async (running) => {
    assertEquals(groupOf(running.pid).length, 7);
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running);
  });
}

/** A program that listens: what it says in the end. */
export async function heard(how: string, when: "before" | "after", rounds = 1, rest = "close"): Promise<void> {
  using folder = new Folder();
  await grouped("interrupt_heard.ts", [folder.path, how, when, String(rounds), rest], async (running) => {
    for (let round = 1; round <= rounds; round++) {
      await until(() => lines(folder.at("ready")).length === round, "the workers are busy");
      process.kill(-running.pid, "SIGINT");
    }
    const { code, signal, stdout, stderr } = await deadline(running.ended, 10_000, "the end of the program");
    const said = [rest === "rest" ? "ClosedError\n" : "", "1000 terminated\n".repeat(rounds), `heard ${rounds}\n`];
    assertEquals({ code, signal, stdout, stderr }, { code: 7, signal: null, stdout: said.join(""), stderr: "" });
    assertEquals(groupOf(running.pid), []);
  });
}

/** A program that has listened since before or after its pool was made, and listens no more, is ended quietly. */
export async function unheard(when: "before" | "after"): Promise<void> {
  using folder = new Folder();
  await grouped("interrupt_heard.ts", [folder.path, "removed", when, "1"], async (running) => {
    await until(() => folder.has("ready"), "the workers are busy");
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running);
  });
}

/** A program that waits, or loops, and whose pool has nothing to do or has ended, is ended by SIGINT. */
export async function resting(state: string, how: "wait" | "loop"): Promise<void> {
  using folder = new Folder();
  await grouped("interrupt_idle.ts", [folder.path, state, how], async (running) => {
    await until(() => folder.has("ready"), "the pool has nothing to do");
    process.kill(-running.pid, "SIGINT");
    await assertInterrupted(running);
  });
}
