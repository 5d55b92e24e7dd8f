/** Who gets the status of a child: `wait_takes.ts KIND SCENARIO FOLDER`, or `together` for the scenarios without forks. */
import process from "node:process";
import { fork, wait, waitpid } from "../../../mod.ts";
import { outcome, play, say, type Scenario } from "../_fixtures/wait_children.ts";
import type { How } from "../_fixtures/wait_ends.ts";

const HOWS: How[] = [0, 3, 255, 256, "SIGKILL", "SIGTERM"];

const scenarios: Record<string, Scenario> = {
  async statuses(children) {
    const before = HOWS.map((how) => children.make(`before ${how}`, how));
    // Backwards, so that children made in turns end in each way in both parts together.
    const during = HOWS.toReversed().map((how) => children.make(`during ${how}`, how));
    await children.end(...HOWS.map((how) => `before ${how}`));
    for (const _ of before) say(await children.tell(wait()));
    for (const at of during.keys()) {
      const told = children.tell(wait());
      children.open(`during ${HOWS[at]}`);
      say(await told);
    }
  },

  async order(children) {
    for (const name of "abcd") children.make(name);
    await children.end("c", "a", "d", "b");
    for (let times = 0; times < 4; times++) say(await children.tell(wait()));
  },

  async none(children) {
    say(await children.tell(wait()), await children.tell(wait({ timeout: 20_000 })), await children.tell(waitpid(-1)));
    children.make("a");
    say(await children.rest());
    say(await children.tell(wait()), await children.tell(waitpid(children.pid("a"))));
  },

  async inherited(children) {
    children.make("a");
    const pending = [wait(), waitpid(children.pid("a"))].map((waiting) => children.tell(waiting));
    const pid = fork();
    if (pid === 0) {
      const own = [wait(), waitpid(children.pid("a"))].map((waiting) => children.tell(waiting));
      say(await Promise.all([...pending, ...own]));
      process.exit(3);
    }
    say(await pending[0] === `${pid} 768`);
    children.open("a");
    say(await pending[1]);
  },

  async startedLater(children) {
    children.make("a");
    const waits = [wait(), wait()].map((waiting) => children.tell(waiting));
    children.make("b");
    children.open("b");
    say(await waits[0]);
    children.open("a");
    say(await waits[1]);
  },

  async concurrent(children) {
    for (const name of "abc") children.make(name);
    const order: string[] = [];
    const waits = [1, 2, 3].map(async (number) => order.push(`${number}: ${await children.tell(wait())}`));
    children.open("b");
    await waits[0];
    children.open("c");
    await waits[1];
    children.open("a");
    await Promise.all(waits);
    say(order);
  },

  async tooMany(children) {
    for (const name of "ab") children.make(name);
    const waits = [1, 2, 3, 4].map(() => children.tell(wait()));
    children.open("b");
    say(await waits[0]);
    children.open("a");
    say(await Promise.all(waits));
  },

  async chosen(children) {
    for (const name of "abc") children.make(name, 3);
    await children.end("a", "b");
    say(await children.tell(waitpid(children.pid("b"))));
    const told = children.tell(waitpid(children.pid("c")));
    children.open("c");
    say(await told);
    say(await children.tell(waitpid(-1)));
  },

  async again(children) {
    for (const name of "ab") children.make(name);
    await children.end("a");
    say(await children.tell(wait()), await children.tell(waitpid(children.pid("a"))));
    await children.end("b");
    say(await children.tell(waitpid(children.pid("b"))), await children.tell(waitpid(children.pid("b"))));
  },

  async samePid(children) {
    for (const name of "ab") children.make(name);
    const waits = [1, 2, 3].map(() => children.tell(waitpid(children.pid("a"))));
    children.open("a");
    say(await Promise.all(waits));
    say(await children.rest());
  },

  async mixed(children) {
    for (const name of "ab") children.make(name);
    const chosen = children.tell(waitpid(children.pid("a")));
    const any = [children.tell(wait()), children.tell(wait())];
    children.open("a");
    say(await chosen);
    children.open("b");
    say(await Promise.all(any));
    children.make("c");
    const waits = [children.tell(wait()), children.tell(waitpid(children.pid("c")))];
    children.open("c");
    say(await Promise.all(waits));
  },

  async noHang(children) {
    children.make("a", 3);
    const pid = children.pid("a");
    const poll = () => outcome(waitpid(pid, { noHang: true }));
    say(await poll(), await outcome(waitpid(-1, { noHang: true })), await poll());
    await children.end("a");
    say(await children.tell(waitpid(pid, { noHang: true })), await poll());
    children.make("b", "SIGKILL");
    await children.end("b");
    say(await children.tell(waitpid(-1, { noHang: true })), await outcome(waitpid(-1, { noHang: true })));
  },

  async noHangAfterLoop(children) {
    for (const name of "abc") {
      children.make(name, 3);
      children.endSync(name);
      say(await children.tell(waitpid(name === "c" ? -1 : children.pid(name), { noHang: true })));
    }
  },

  async noHangPolled(children) {
    for (const wanted of ["a", "b"]) {
      const pid = children.make(wanted, 3);
      let polls = 0;
      let got: [number, number] = [0, 0];
      while (got[0] === 0) {
        if (++polls === 3) children.open(wanted);
        got = await waitpid(wanted === "a" ? pid : -1, { noHang: true });
      }
      say(polls >= 3, got[0] === pid, got[1]);
    }
  },

  /** A poll is a call like others: it has no claim once it has given [0, 0]. */
  async noHangBeside(children) {
    children.make("a");
    const waiting = children.tell(wait());
    say(await outcome(waitpid(children.pid("a"), { noHang: true })));
    children.open("a");
    say(await waiting);
  },
};

if (import.meta.main) await play(scenarios, ["statuses", "order", "inherited", "noHangAfterLoop"]);
