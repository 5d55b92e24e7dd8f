/** Timeouts and signals of waits: `wait_bounds.ts KIND SCENARIO FOLDER`, or `together` for the scenarios without forks. */
import { TimeoutError, type Wait, wait, waitpid, type WaitpidOptions } from "../../../mod.ts";
import { type Children, outcome, play, runs, say, type Scenario } from "../_fixtures/wait_children.ts";

/** Both calls, for the child `a`. */
function calls(children: Children): ((options?: WaitpidOptions) => Promise<[number, number]>)[] {
  return [wait, (options) => waitpid(children.pid("a"), options), (options) => waitpid(-1, options)];
}

/** The error that a promise rejects with. */
async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(() => "no rejection", (error) => error);
}

const scenarios: Record<string, Scenario> = {
  async timeout(children) {
    const pid = children.make("a", 3);
    for (const call of calls(children)) {
      const since = performance.now();
      const error = await rejection(call({ timeout: 100 }));
      say(error instanceof TimeoutError && error.timeout, performance.now() - since >= 95, runs(pid));
    }
    say(await children.rest());
  },

  async zero(children) {
    const pid = children.make("a", 3);
    for (const call of calls(children)) {
      for (const timeout of [0, -1, -Infinity]) {
        const since = performance.now();
        const error = await rejection(call({ timeout }));
        say(error instanceof TimeoutError && error.timeout === timeout, performance.now() - since < 1_000, runs(pid));
      }
    }
    children.endSync("a");
    say(await children.tell(wait({ timeout: 0 })));
    children.make("b", 3);
    children.endSync("b");
    say(await children.tell(waitpid(children.pid("b"), { timeout: -1 })));
  },

  async early(children) {
    for (const timeout of [20_000, Infinity, 2 ** 40]) {
      const own = (name: string) => [wait, (options: Wait) => waitpid(children.pid(name), options)];
      for (const at of [0, 1]) {
        const name = `${timeout} ${at}`;
        children.make(name, 3);
        const told = children.tell(own(name)[at]!({ timeout }));
        children.open(name);
        say(await told);
      }
    }
  },

  async kinds(children) {
    const pid = children.make("a", 3);
    const wrong: unknown[] = [NaN, "10", null, 10n, {}];
    for (const call of calls(children)) {
      for (const options of [1, "x", null, []]) say(await outcome(call(options as never)));
      for (const timeout of wrong) say(await outcome(call({ timeout: timeout as number })));
      for (const signal of [{}, "now", null, new AbortController()]) {
        say(await outcome(call({ signal: signal as AbortSignal })));
      }
    }
    for (const noHang of [1, "yes", null]) say(await outcome(waitpid(pid, { noHang: noHang as unknown as boolean })));
    say(await children.rest());
  },

  async aborted(children) {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    children.make("a", 3);
    for (const call of calls(children)) say(await rejection(call({ signal })) === reason);
    await children.end("a");
    for (const call of calls(children)) say(await rejection(call({ signal, noHang: true })) === reason);
    say(await children.rest());
    for (const call of calls(children)) say(await rejection(call({ signal })) === reason);
  },

  async abortedDuring(children) {
    const pid = children.make("a", 3);
    for (const call of calls(children)) {
      const aborter = new AbortController();
      const reason = { kind: "any value" };
      const got = rejection(call({ signal: aborter.signal, timeout: 20_000 }));
      const other = children.tell(wait({ timeout: 50 }));
      await new Promise((resolve) => setTimeout(resolve, 20));
      aborter.abort(reason);
      say(await got === reason, await other, runs(pid));
    }
    say(await children.rest());
  },

  /** An aborted wait is not served any more: the next in line is. */
  async abortedInLine(children) {
    for (const name of "ab") children.make(name, 3);
    const aborter = new AbortController();
    const first = rejection(wait({ signal: aborter.signal }));
    const second = children.tell(wait());
    const third = children.tell(wait());
    aborter.abort("left");
    children.open("a");
    say(await first, await second);
    children.open("b");
    say(await third);
  },

  async abortedAfter(children) {
    const aborter = new AbortController();
    for (const name of "ab") children.make(name, 3);
    await children.end("a");
    const told = children.tell(wait({ signal: aborter.signal }));
    say(await told);
    const later = children.tell(waitpid(children.pid("b"), { signal: aborter.signal }));
    children.open("b");
    say(await later);
    aborter.abort();
    await new Promise((resolve) => setTimeout(resolve, 20));
    say(await told, await later);
  },
};

if (import.meta.main) await play(scenarios, []);
