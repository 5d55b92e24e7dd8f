/** Calls of the library inside of a snapshot: the child does not make them, and does not miss them. */
import process from "node:process";
import { fork, getpid, getppid, Pool, Process, processTable, snapshot, wait, waitpid } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import { exit } from "../../_support/ends.ts";
import { outcome, reap, tell } from "../_fixtures/replay_tell.ts";

const cases: Record<string, () => Promise<unknown[]>> = {
  async sync() {
    const inside = snapshot(() => {
      const child = new Process({ target: exit, args: [3] }).start();
      return [child.pid === processTable()[0]!.pid, getppid() === process.ppid, getpid() === process.pid];
    });
    // The one that the snapshot has started: the parent's, and it is recorded.
    return [inside, (await wait())[1]];
  },

  async async() {
    const inside = await snapshot(async () => {
      const found: unknown[] = [getppid() === process.ppid];
      const first = new Process({ target: exit, args: [3] }).start();
      found.push(await first.join());
      const second = new Process({ target: exit, args: [4] }).start();
      found.push(second.isAlive(), (await waitpid(second.pid!))[1], await second.sentinel, second.exitCode);
      await using pool = new Pool(1);
      found.push(await pool.map(square, [1, 2, 3]), await outcome(() => wait()), processTable().length);
      return [...found, getppid() === process.ppid];
    });
    return [inside];
  },

  async beside() {
    const child = new Process({ target: exit, args: [5] });
    const inside = snapshot(async () => {
      await null;
      const own = new Process({ target: exit, args: [6] }).start();
      return [await own.join(), await own.join()];
    });
    child.start();
    return [await child.join(), await inside, child.exitCode];
  },

  async before() {
    snapshot(() => void new Process({ target: exit, args: [3], name: "inside" }).start());
    const child = new Process({ target: exit, args: [4] }).start();
    let isRunning = false;
    while (child.isAlive()) {
      isRunning = true;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return [isRunning, child.exitCode, child.name];
  },

  async fork() {
    const codes = snapshot(() => outcome(() => fork()));
    const direct = await outcome(() => snapshot(() => fork()));
    return [await codes, direct];
  },
};

const facts = await cases[process.argv[2]!]!();
if (fork() === 0) tell("child", ...facts);
else {
  tell("parent", ...facts);
  await reap();
}
