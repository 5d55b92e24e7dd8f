/** Waits beside what `Process` and `Pool` offer: `wait_process.ts KIND SCENARIO FOLDER`, or `together` for the scenarios without forks. */
import process from "node:process";
import { fork, getppid, Pool, Process, processTable, wait, waitpid } from "../../../mod.ts";
import { sleep } from "../../_support/waiting.ts";
import { Children, outcome, play, runs, say, type Scenario, until } from "../_fixtures/wait_children.ts";
import { end } from "../_fixtures/wait_ends.ts";

/** Target: has a child of its own, and tells what waiting for it gave. */
export async function parent(folder: string): Promise<void> {
  const children = new Children("process", folder);
  const pid = children.make("grandchild", 3);
  say(pid);
  say(await children.tell(waitpid(process.ppid, { noHang: true })), await children.tell(wait()));
  say(await children.tell(wait()));
}

const scenarios: Record<string, Scenario> = {
  async known(children) {
    const [a, b] = [children.process("a", 3), children.process("b", "SIGKILL")];
    await children.end("a");
    say(await children.tell(wait()));
    say(a.exitCode, a.isAlive(), await a.sentinel, await a.join(), await a.join({ timeout: 0 }));
    const told = children.tell(waitpid(b.pid!));
    children.open("b");
    say(await told);
    say(b.exitCode, b.isAlive(), await b.sentinel, await b.join(), await b.join({ timeout: 0 }));
    a.close();
    await b[Symbol.asyncDispose]();
    say(await children.tell(wait()));
  },

  async joinTakes(children) {
    const [a, b, c] = ["a", "b", "c"].map((name) => children.process(name, 3)) as [Process, Process, Process];
    await children.end("a");
    say(await a.join(), await children.tell(waitpid(a.pid!)));
    children.open("b");
    say(await b.join(), await children.tell(waitpid(b.pid!)));
    await children.end("c");
    say(await c.join({ timeout: 0 }), await children.tell(wait()));
  },

  async usingTakes(children) {
    let pid;
    {
      await using child = children.process("a");
      pid = child.pid!;
    }
    say(await children.tell(waitpid(pid)), processTable().length);
    {
      await using child = children.process("b", 3);
      await children.end("b");
      pid = child.pid!;
    }
    say(await children.tell(waitpid(pid)), processTable().length);
  },

  async askedOnly(children) {
    const child = children.process("a", 3);
    const sentinel = child.sentinel;
    say(child.exitCode, child.isAlive(), await child.join({ timeout: 0 }), await child.join({ timeout: 20 }));
    children.open("a");
    say(await sentinel, await child.sentinel, child.exitCode, child.isAlive());
    say(await children.tell(wait()));
  },

  async joinFirst(children) {
    for (const name of "abc") children.process(name, 3);
    const a = children.process("d", 3);
    const joined = a.join();
    const waits = [wait(), waitpid(a.pid!), wait()].map((waiting) => children.tell(waiting));
    children.open("d");
    say(await joined, await waits[1]);
    children.open("b");
    say(await waits[0]);
    children.open("a");
    say(await waits[2]);
    children.open("c");
    say(await children.tell(wait()));
  },

  async joinBeforeLast(children) {
    const a = children.process("a", 3);
    const joined = a.join();
    const told = children.tell(wait());
    children.open("a");
    say(await joined, await told);
  },

  async waitFirst(children) {
    const a = children.process("a", 3);
    const told = [wait(), wait()].map((waiting) => children.tell(waiting));
    const joins = [a.join(), a.join({ timeout: 20_000 })];
    children.open("a");
    say(await told[0], await told[1], await Promise.all(joins));
  },

  async waitpidFirst(children) {
    const a = children.process("a", 3);
    const told = [waitpid(a.pid!), wait()].map((waiting) => children.tell(waiting));
    const joined = a.join();
    children.open("a");
    say(await told[0], await told[1], await joined);
  },

  async grandchild(children) {
    const child = new Process({ target: parent, args: [children.folder], stdout: "piped" }).start();
    let text = "";
    for await (const part of child.stdout!.pipeThrough(new TextDecoderStream())) {
      text += part;
      const [line, rest] = text.split("\n");
      if (rest !== "") continue;
      const pid = Number(line);
      say(runs(pid), await children.tell(waitpid(pid)), await children.tell(waitpid(pid, { noHang: true })));
      children.open("grandchild");
    }
    say(text.split("\n").slice(1, -1).map((line) => JSON.parse(line)));
    say(await children.tell(waitpid(child.pid!)) === `${child.pid} 0`, await children.tell(wait()));
  },

  async strangers(children) {
    children.make("a");
    for (const pid of [1, getppid(), process.pid, 2 ** 31 - 1, Number.MAX_SAFE_INTEGER]) {
      say(await children.tell(waitpid(pid)), await children.tell(waitpid(pid, { noHang: true })));
    }
    say(await children.rest());
  },

  async pids(children) {
    children.make("a");
    for (const pid of [0, -2, -1000, 1.5, NaN, Infinity, "x", "1", null, undefined, 1n, true]) {
      say(await outcome(waitpid(pid as number)), await outcome(waitpid(pid as number, { noHang: true })));
    }
    say(await children.rest());
  },

  /** A worker is killed and replaced while the program waits. */
  async pool(children) {
    children.make("a", 3);
    await using pool = new Pool(1);
    const worker = await pool.apply(sleep, [0]);
    const waiting = children.tell(wait());
    say(await children.tell(waitpid(worker)), await children.tell(waitpid(worker, { noHang: true })));
    process.kill(worker, "SIGKILL");
    await until(() => !runs(worker), "the end of the worker");
    say(await pool.apply(sleep, [0]) !== worker, await children.tell(waitpid(worker)));
    children.open("a");
    say(await waiting, await children.tell(wait()), await children.tell(waitpid(-1, { noHang: true })));
  },

  async workersOnly(children) {
    {
      await using pool = new Pool(2);
      await pool.apply(sleep, [0]);
      say(await children.tell(wait()), await children.tell(waitpid(-1, { noHang: true })));
    }
    say(await children.tell(wait()), processTable().length);
  },

  /** fork() makes the last of three kinds. */
  async kinds(children) {
    const plain = new Process({ target: end, args: [1, null] }).start();
    const daemon = new Process({ target: end, args: [2, null], daemon: true }).start();
    const forked = fork();
    if (forked === 0) process.exit(3);
    const got = new Map([await wait(), await wait(), await wait()]);
    say([plain.pid!, daemon.pid!, forked].map((pid) => got.get(pid)), await children.tell(wait()));
  },
};

if (import.meta.main) await play(scenarios, ["kinds"]);
