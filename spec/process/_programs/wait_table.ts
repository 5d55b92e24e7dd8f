/** What `processTable()` shows: `wait_table.ts KIND SCENARIO FOLDER`, or `together` for the scenarios without forks. */
import process from "node:process";
import { fork, Pool, Process, processTable, wait, waitpid } from "../../../mod.ts";
import { play, say, type Scenario, until } from "../_fixtures/wait_children.ts";
import { end } from "../_fixtures/wait_ends.ts";
import { sleep } from "../../_support/waiting.ts";

function states(): string {
  return processTable().map(({ state, exitCode }) => `${state} ${exitCode}`).join(", ");
}

const scenarios: Record<string, Scenario> = {
  async shape(children) {
    say(processTable());
    const before = Date.now();
    const child = new Process({ target: end, args: [3, `${children.folder}/a`], name: "ant", daemon: true }).start();
    const pid = fork();
    if (pid === 0) end("SIGKILL", `${children.folder}/a`);
    const after = Date.now();
    const pids = [child.pid, pid];
    const shown = () =>
      processTable().map(({ startedAt, pid, ...rest }) => ({
        ...rest,
        pid: pids.indexOf(pid),
        startedAt: startedAt >= before && startedAt <= after,
      }));
    say(shown());
    children.open("a");
    await until(() => processTable().every(({ state }) => state === "zombie"), "the ends");
    say(shown());
    say([...new Set(processTable().map((record) => Object.keys(record).sort().join()))]);
    await wait();
    await wait();
    say(processTable());
  },

  async order(children) {
    for (const name of "abcd") children.make(name, 3);
    const pids = processTable().map(({ pid }) => pid);
    say([..."abcd"].map((name) => pids.indexOf(children.pid(name))));
    await children.end("c", "a");
    say(states());
    await waitpid(children.pid("c"));
    say(states());
    await wait();
    say(states(), await children.rest());
  },

  async taken(children) {
    const kinds: [string, (child: Process) => Promise<unknown>][] = [
      ["wait", () => wait()],
      ["waitpid", (child) => waitpid(child.pid!)],
      ["noHang", () => waitpid(-1, { noHang: true })],
      ["join", (child) => child.join()],
      ["joinNow", (child) => child.join({ timeout: 0 })],
      ["dispose", (child) => child[Symbol.asyncDispose]()],
    ];
    for (const [name, take] of kinds) {
      const child = children.process(name, 3);
      await children.end(name);
      say(name, states(), child.exitCode, child.isAlive(), await child.sentinel, states());
      await take(child);
      say(name, states());
    }
  },

  async timedOut(children) {
    const child = children.process("a", 3);
    await child.join({ timeout: 0 });
    await wait({ timeout: 0 }).catch(() => {});
    await waitpid(-1, { noHang: true });
    say(states());
    say(await children.rest());
  },

  /** Ended by its `signal`, and by terminate() and kill(). */
  async ended() {
    const aborter = new AbortController();
    const args: Parameters<typeof end> = [3, "/nowhere/never"];
    const children = ["signal", "terminate", "kill"].map((name) =>
      new Process({ target: end, args, name, ...name === "signal" && { signal: aborter.signal } }).start()
    );
    aborter.abort();
    children[1]!.terminate();
    children[2]!.kill();
    await Promise.all(children.map(({ sentinel }) => sentinel));
    say(processTable().map(({ name, state, exitCode }) => [name, state, exitCode]));
    const taken = new Map([await wait(), await wait(), await wait()]);
    say(children.map(({ pid }) => taken.get(pid!)), processTable());
  },

  async workers() {
    const pids: number[] = [];
    {
      await using pool = new Pool(2);
      pids.push(await pool.apply(sleep, [0]));
      const table = processTable();
      say(
        table.map(({ kind, state, exitCode }) => `${kind} ${state} ${exitCode}`),
        table.some(({ pid }) => pid === pids[0]),
      );
      process.kill(pids[0]!, "SIGKILL");
      await until(() => processTable().every(({ pid }) => pid !== pids[0]), "the worker vanishing");
    }
    say(processTable());
  },

  /** A forked child has no children yet. */
  async inherited(children) {
    children.make("a");
    const pid = fork();
    if (pid === 0) {
      say(processTable());
      process.exit();
    }
    await waitpid(pid);
    say(states(), await children.rest());
  },

  async copies(children) {
    children.make("a", 3);
    const [one, other] = [processTable(), processTable()];
    say(one !== other, one[0] !== other[0], JSON.stringify(one) === JSON.stringify(other));
    one[0]!.state = "zombie";
    one.length = 0;
    say(states());
    await children.end("a");
    say(other[0]!.state, states(), await children.rest());
  },
};

if (import.meta.main) await play(scenarios, ["shape", "inherited"]);
