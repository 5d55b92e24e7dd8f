import { divideTasks } from "../../src/pool/task_losses.ts";
import { RunClock } from "../../src/pool/run_clock.ts";
import { SentTasks } from "../../src/pool/sent_tasks.ts";
import { Task, TaskCounters } from "../../src/pool/task.ts";
import { TaskQueue } from "../../src/pool/task_queue.ts";
import { TaskRecall } from "../../src/pool/task_recall.ts";
import { WorkerLifecycle } from "../../src/pool/worker_lifecycle.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

const FN = { ref: { by: "task", name: "square", url: "file:///square.ts" }, number: 0, name: "square" } as const;

/** A task whose outcome nobody wants to know. */
function task(): Task {
  const input = { text: "[]", blocks: [], handles: [] };
  return new Task(FN, "call", input, { value() {}, error() {} }, new TaskCounters());
}

function tasks(count: number): Task[] {
  return Array.from({ length: count }, task);
}

// --- WorkerLifecycle ---

test("WorkerLifecycle goes from starting to ready, retiring, leaving and ended, and takes tasks until it retires", () => {
  const life = new WorkerLifecycle();
  const seen = [[life.state, life.takesTasks]];
  for (const event of ["initialized", "retired", "dismissed", "exited"] as const) {
    assert(life.on(event), event);
    seen.push([life.state, life.takesTasks]);
  }
  assertEquals(seen, [["starting", true], ["ready", true], ["retiring", false], ["leaving", false], ["ended", false]]);
});

test("WorkerLifecycle ignores an event that is of no consequence in its state", () => {
  const life = new WorkerLifecycle();
  assert(!life.on("retired") && life.state === "starting");
  life.on("disconnected");
  for (const event of ["initialized", "retired", "dismissed", "disconnected"] as const) assert(!life.on(event), event);
  assertEquals(life.state, "leaving");
  life.on("exited");
  for (const event of ["initialized", "dismissed", "exited"] as const) assert(!life.on(event), event);
  assertEquals(life.state, "ended");
});

test("WorkerLifecycle remembers whether the worker was ever ready, and whether the pool has told it to exit", () => {
  const [served, refused, died] = [new WorkerLifecycle(), new WorkerLifecycle(), new WorkerLifecycle()];
  for (const event of ["initialized", "dismissed", "exited"] as const) served.on(event);
  for (const event of ["dismissed", "exited"] as const) refused.on(event);
  for (const event of ["exited", "dismissed"] as const) died.on(event);
  assertEquals([served, refused, died].map(({ wasReady }) => wasReady), [true, false, false]);
  assertEquals([served, refused, died].map(({ wasDismissed }) => wasDismissed), [true, true, false]);
});

// --- TaskQueue ---

test("TaskQueue gives tasks in the order in which they were submitted, also those that workers have given back, one after the other", () => {
  const queue = new TaskQueue();
  const all = tasks(8);
  for (const each of all) queue.push(each);
  const taken = Array.from({ length: 7 }, () => queue.shift()!);
  queue.restore([taken[0]!, taken[3]!, taken[6]!]); // of the one worker
  queue.restore([taken[1]!, taken[4]!]); // of another
  const given = Array.from({ length: 6 }, () => all.indexOf(queue.shift()!));
  assertEquals([given, queue.shift(), queue.size], [[0, 1, 3, 4, 6, 7], undefined, 0]);
});

test("TaskQueue gives no task that has settled, and does not count it", () => {
  const queue = new TaskQueue();
  const [first, second, third] = tasks(3) as [Task, Task, Task];
  for (const each of [first, second, third]) queue.push(each);
  first.fail(new Error("cancelled"));
  queue.countSettled();
  assertEquals([queue.size, queue.shift() === second, queue.size], [2, true, 1]);
});

// --- TaskRecall ---

test("TaskRecall sends no tasks from a look at the journal until the next result", () => {
  const recall = new TaskRecall();
  const states = (["looked", "looked", "result", "result"] as const).map((event) => {
    recall.on(event);
    return recall.state;
  });
  assertEquals([...states, recall.isAwaited], ["holding", "holding", "sending", "sending", false]);
});

test("TaskRecall holds a frozen worker until it has answered as often as it was asked, results or not", () => {
  const recall = new TaskRecall();
  const states = (["recalled", "froze", "result", "looked", "returned", "returned", "result"] as const).map((event) => {
    recall.on(event);
    return [recall.state, recall.isAwaited];
  });
  assertEquals(states, [
    ["holding", true],
    ["frozen", true],
    ["frozen", true],
    ["frozen", true],
    ["frozen", true],
    ["holding", false],
    ["sending", false],
  ]);
});

test("TaskRecall that was not asked holds tasks back only until a result comes", () => {
  const recall = new TaskRecall();
  assertEquals([recall.state, recall.isAwaited], ["sending", false]);
  recall.on("looked");
  recall.on("result");
  assertEquals([recall.state, recall.isAwaited], ["sending", false]);
});

// --- divideTasks() ---

test("divideTasks() runs tasks that were not begun again, in order, and loses the one that was begun", () => {
  const [begun, ...waiting] = tasks(4);
  assertEquals(divideTasks([begun!], waiting, 0), { retried: waiting, lost: [begun!] });
});

test("divideTasks() runs the task that was begun again, first, as often as there are retries, unless it has settled", () => {
  const [begun, next] = tasks(2);
  for (let tries = 0; tries < 2; tries++) {
    assertEquals(divideTasks([begun!], [next!], 2), { retried: [begun!, next!], lost: [] });
  }
  assertEquals(divideTasks([begun!], [next!], 2), { retried: [next!], lost: [begun!] });
  const settled = task();
  settled.succeed(1);
  assertEquals(divideTasks([settled], [], 2), { retried: [], lost: [settled] });
});

test("divideTasks() loses the first task when ten workers have died under it that had noted no begin", () => {
  const waiting = tasks(2);
  for (let deaths = 1; deaths <= 10; deaths++) assertEquals(divideTasks([], waiting, 3).lost, []);
  assertEquals(divideTasks([], waiting, 3), { retried: [waiting[1]!], lost: [waiting[0]!] });
});

// --- RunClock ---

test("RunClock counts while at least one task runs, all times together", () => {
  const clock = new RunClock(100, () => {});
  clock.start(1_000);
  clock.start(1_010);
  clock.stop(1_030);
  clock.stop(1_040); // it has run for 40
  clock.start(5_000);
  assertEquals(clock.dueAt, 5_060);
});

test("RunClock is due when the time that is left has passed, and never while no task runs", () => {
  let expired = 0;
  const clock = new RunClock(100, () => expired++);
  assertEquals(clock.dueAt, Infinity);
  clock.start(7);
  assertEquals(clock.dueAt, 107);
  clock.stop(8);
  assertEquals(clock.dueAt, Infinity);
  clock.expire();
  assertEquals(expired, 1);
});

// --- SentTasks ---

/** Tasks 1, 2 and 3, which were sent, and clocks that tell whether each runs. */
function sent(): { tasks: SentTasks; running: () => boolean[] } {
  const tasks = new SentTasks();
  const clocks = Array.from({ length: 3 }, () => {
    const each = task();
    each.clock = new RunClock(100, () => {});
    tasks.add(each);
    return each.clock;
  });
  return { tasks, running: () => clocks.map(({ dueAt }) => dueAt < Infinity) };
}

test("SentTasks knows when the function of the first task is called only from what the worker says", () => {
  const { tasks, running } = sent();
  assertEquals([tasks.calledAt, running()], [null, [false, false, false]]);
  tasks.markCalled(1, 1);
  assert(tasks.calledAt !== null);
  assertEquals(running(), [true, false, false]);
  tasks.take(1);
  assertEquals([tasks.calledAt, running()], [null, [false, false, false]]);
});

test("SentTasks infers the call of the next task from a result, up to the last task that the worker has said had arrived", () => {
  const { tasks, running } = sent();
  tasks.markCalled(1, 2);
  tasks.take(1);
  assertEquals(running(), [false, true, false]);
  tasks.take(2);
  assertEquals([tasks.calledAt, running()], [null, [false, false, false]]);
  tasks.markCalled(2, 2); // too late: the task has come back
  assertEquals(running(), [false, false, false]);
});

test("SentTasks does not count the time in which the first task is prepared", () => {
  const { tasks, running } = sent();
  tasks.markCalled(1, 3);
  tasks.take(1);
  tasks.markPreparing(2, "file:///m.ts");
  assertEquals([tasks.calledAt, tasks.preparing?.module, running()], [null, "file:///m.ts", [false, false, false]]);
  const since = tasks.preparing!.since;
  tasks.markPreparing(2, null);
  assertEquals(tasks.preparing, { since, module: null });
  tasks.markCalled(2, 3);
  assertEquals([tasks.preparing, running()], [null, [false, true, false]]);
});

test("SentTasks stops the clock of a task that comes back, is taken back or loses its worker", () => {
  const ends: ((tasks: SentTasks) => unknown)[] = [
    (tasks) => tasks.take(1),
    (tasks) => tasks.takeAfter(0),
    (tasks) => tasks.takeAll(),
  ];
  for (const end of ends) {
    const { tasks, running } = sent();
    tasks.markCalled(1, 1);
    end(tasks);
    assertEquals(running(), [false, false, false]);
  }
});

noLeaks();
