/** What keeps a program running to the end of a child: `wait_holds.ts KIND SCENARIO FOLDER`. */
import process from "node:process";
import { wait, waitpid } from "../../../mod.ts";
import { Children, type Kind, say } from "../_fixtures/wait_children.ts";

/** Each leaves the child `b` running, and says `main` when the module has come to its end. */
const scenarios: Record<string, (children: Children) => Promise<void> | void> = {
  nothing(children) {
    children.make("b", 3);
  },

  pendingWait(children) {
    children.make("b", 3);
    children.tell(wait()).then(say);
  },

  pendingWaitpid(children) {
    children.make("b", 3);
    children.tell(waitpid(children.pid("b"))).then(say);
  },

  async settled(children) {
    children.make("a", 3);
    children.make("b", 3);
    const waits = [wait(), waitpid(children.pid("a"))].map((waiting) => children.tell(waiting));
    children.open("a");
    say(await Promise.all(waits));
  },

  async timedOut(children) {
    children.make("b", 3);
    say(await children.tell(wait({ timeout: 20 })), await children.tell(waitpid(children.pid("b"), { timeout: 20 })));
    await waitpid(-1, { noHang: true });
  },

  async aborted(children) {
    children.make("b", 3);
    const aborter = new AbortController();
    const { signal } = aborter;
    const waits = [wait({ signal }), wait({ signal }), waitpid(children.pid("b"), { signal, timeout: 60_000 })];
    const told = Promise.all(waits.map((waiting) => children.tell(waiting)));
    aborter.abort();
    say(await told);
  },

  /** One of two has gone, the other holds on. */
  async abortedOne(children) {
    children.make("b", 3);
    const aborter = new AbortController();
    const told = [wait({ signal: aborter.signal }), wait()].map((waiting) => children.tell(waiting));
    aborter.abort();
    say(await told[0]);
    told[1]!.then(say);
  },
};

if (import.meta.main) {
  const [kind, scenario, folder] = process.argv.slice(2) as [Kind, string, string];
  await scenarios[scenario]!(new Children(kind, folder));
  say("main");
}
