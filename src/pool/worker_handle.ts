/**
 * One worker as its pool sees it: its process, and the tasks that were sent to it.
 * Reports to its owner what happens and leaves all decisions to that. The worker's
 * own side is `worker_main.ts`.
 *
 * @module
 */
import type { Network } from "../runtime/network.ts";
import type { Channel } from "../transport/channel.ts";
import { decode } from "../codec/codec.ts";
import { ProtocolError } from "../errors.ts";
import { modulesOf } from "../function/function_ref.ts";
import type { Block } from "../codec/graph.ts";
import type { ServiceAddress } from "../transport/server.ts";
import { recallMessage, thawMessage } from "../transport/messages.ts";
import { checkFromWorker, type ReceivedMessage } from "../transport/check_message.ts";
import type { FailureMessage, FromWorker, ImportRefusedMessage, ValueMessage } from "../transport/protocol.ts";
import { PrefetchDepth } from "./prefetch_depth.ts";
import { SentTasks } from "./sent_tasks.ts";
import type { WorkerStats } from "./stats.ts";
import type { Task } from "./task.ts";
import { failForeignModule, settleTask } from "./task_errors.ts";
import { TaskRecall } from "./task_recall.ts";
import type { TaskSender } from "./task_sender.ts";
import { WorkerJournal } from "./worker_journal.ts";
import type { WorkerState } from "./worker_lifecycle.ts";
import type { WorkerOwner } from "./worker_owner.ts";
import type { WorkerProcess } from "./worker_process.ts";
import type { WorkerUsage } from "./worker_usage.ts";

/** The journal is read when no result has come for so long. */
const CHECK_AFTER_MS = 20;
/** The same when the worker was asked for the tasks that it has not begun. */
const CHECK_RECALLED_AFTER_MS = 2;

export class WorkerHandle {
  readonly process: WorkerProcess;
  readonly service: ServiceAddress;
  readonly usage: WorkerUsage;
  readonly tasks: SentTasks = new SentTasks();
  /** The error of the initializer, when that failed. */
  startError: unknown = undefined;
  readonly #owner: WorkerOwner<WorkerHandle>;
  readonly #journal: WorkerJournal | null;
  readonly #recall = new TaskRecall();
  readonly #prefetch = new PrefetchDepth();
  /** Pinned tasks that were not sent. */
  #unsent: Task[] = [];
  readonly #sender: TaskSender;
  /** The first task when the journal was last read. */
  #checkedFront: Task | null = null;

  constructor(
    owner: WorkerOwner<WorkerHandle>,
    process: WorkerProcess,
    sender: TaskSender,
    service: ServiceAddress,
    journals: Network["journals"],
    usage: WorkerUsage,
  ) {
    this.process = process;
    this.#sender = sender;
    this.service = service;
    this.usage = usage;
    this.#owner = owner;
    this.#journal = journals === undefined ? null : new WorkerJournal(journals, service);
    void process.ended.then((end) => {
      this.#receiveLast(this.#journal?.close() ?? []);
      owner.workerEnded(this, end);
    });
  }

  // --- state ---

  get state(): WorkerState {
    return this.process.state;
  }

  /** Whether it takes tasks, or will. */
  get takesTasks(): boolean {
    return this.process.lifecycle.takesTasks;
  }

  /** Tasks that it has, the running one included. */
  get load(): number {
    return this.tasks.size;
  }

  /** Tasks that it has, and those that it gets when it is ready. */
  get owed(): number {
    return this.load + this.#unsent.length;
  }

  /** How many tasks it should be sent now. */
  get room(): number {
    if (this.state !== "ready" || this.#recall.state === "frozen") return 0;
    if (this.#recall.state === "holding" && this.load > 0) return 0;
    return Math.min(this.#prefetch.depth - this.load, this.usage.left);
  }

  /** Since when it has had no task; `Infinity` when it has some or is not ready. */
  get idleSince(): number {
    return this.owed > 0 ? Infinity : Math.max(this.process.lifecycle.readyAt, this.tasks.frontSince);
  }

  /** When to read its journal: results, and tasks that it has not begun, may be behind a long one. */
  get checkAt(): number {
    if (this.load < 2 || this.#recall.state === "frozen" || this.#checkedFront === this.tasks.front) return Infinity;
    return this.#recall.isAwaited
      ? Math.max(this.tasks.frontSince, this.#recall.askedAt) + CHECK_RECALLED_AFTER_MS
      : this.tasks.frontSince + CHECK_AFTER_MS;
  }

  /** Whether it says when the function of this task is called. */
  isLimited(task: Task): boolean {
    return this.#sender.isLimited(task);
  }

  has(task: Task): boolean {
    return this.tasks.numberOf(task) !== undefined;
  }

  stats(): WorkerStats {
    const { state, load, usage } = this;
    const shown = state === "starting" ? state : state !== "ready" ? "leaving" : load > 0 ? "busy" : "idle";
    return { pid: this.process.child.pid, state: shown, tasks: usage.done, resident: usage.memory };
  }

  // --- tasks ---

  send(task: Task): void {
    const number = this.tasks.add(task);
    this.usage.countSent();
    if (this.usage.left <= 0) this.process.lifecycle.on("retired");
    this.#sender.send(number, task);
  }

  /** Gives it a task that no other worker may run. It is sent when the worker is ready and may run it. */
  pin(task: Task): void {
    this.tasks.pin(task);
    this.#unsent.push(task);
  }

  /** Sends the tasks that were pinned, when it is ready. */
  sendPinned(): void {
    if (this.#unsent.length === 0 || this.state !== "ready" && this.state !== "retiring") return;
    for (const task of this.#unsent.splice(0)) this.send(task);
  }

  /** Asks for the tasks that it has not begun: another worker is idle. */
  recall(): void {
    if (this.#recall.isAwaited || this.state !== "ready" && this.state !== "retiring" || this.load < 2) return;
    const kept = this.tasks.pinnedCount - this.#unsent.length + (this.tasks.isPinned(this.tasks.front!) ? 0 : 1);
    if (this.load <= kept) return; // it would get all of them back
    this.#checkedFront = null;
    this.#recall.on("recalled");
    this.process.post(recallMessage());
  }

  /**
   * Reads its journal: settles the tasks whose results it has noted and not sent. They are ignored when they come.
   *
   * @param takeBack also takes back the tasks that it has not begun, even while its event loop does not turn
   */
  readJournal(takeBack: boolean): void {
    this.#checkedFront = this.tasks.front;
    if (this.#journal === null || this.state === "ended") return;
    const froze = takeBack && this.#recall.state !== "frozen" && this.#journal.freeze();
    if (froze) {
      this.#recall.on("froze");
      this.process.post(thawMessage());
    }
    let notes: FromWorker[];
    try {
      notes = this.#journal.peek();
      for (const note of notes) this.#receive(note, []);
    } catch {
      return this.process.distrust();
    }
    this.#recall.on("looked");
    const last = notes.at(-1);
    // Without a note it is between two batches, and answers soon.
    if (froze && last !== undefined) this.#takeBack(last[1] as number + (last[0] === "begun" ? 0 : 1));
    this.#owner.workerChanged();
  }

  /** Takes back the tasks after the one that it has begun. */
  #takeBack(begun: number): void {
    const tasks = this.tasks.takeAfter(begun);
    this.usage.countUnsent(tasks.length);
    this.#owner.tasksReturned(tasks);
  }

  /** Tells it that a task is cancelled. */
  abort(task: Task, reason: unknown): void {
    this.#sender.abort(this.tasks.numberOf(task)!, reason);
  }

  /** Ends it while it starts: it counts as failed, for this reason. */
  failStart(error: Error): void {
    this.startError = error;
    this.process.distrust();
  }

  // --- messages ---

  /** The worker has connected. */
  connect(channel: Channel): void {
    this.process.connect(channel);
    this.#owner.workerChanged();
  }

  /** The connection has ended. */
  closed(): void {
    this.process.disconnected();
  }

  message(message: ReceivedMessage, blocks: Block[]): void {
    this.#receive(checkFromWorker(message, blocks.length), blocks);
  }

  #receiveLast(notes: readonly FromWorker[]): void {
    try {
      for (const note of notes) this.#receive(note, []);
    } catch {
      // The rest is nothing that a worker says at that time. It has ended already.
    }
  }

  #receive(message: FromWorker, blocks: Block[]): void {
    switch (message[0]) {
      case "value":
      case "failure":
        return this.#settle(message, blocks);
      case "returned":
        return this.#returned(message.slice(1) as number[]);
      case "begun":
        return this.tasks.markReceived(message[2]);
      case "preparing":
        this.tasks.markPreparing(message[1], message[2]);
        return this.#owner.workerChanged();
      case "called":
        this.tasks.markCalled(message[1], message[2]);
        return this.#owner.workerChanged();
      case "spent":
        this.#prefetch.learn(message[2] / message[1]);
        return this.#owner.workerChanged();
      case "terminationListener":
        this.process.hasTerminationListener = true;
        break;
      case "frozen":
        if (this.#recall.state === "frozen") return;
        throw new ProtocolError("Cannot run tasks: something else than the pool has frozen the worker's journal");
      case "memory":
        this.usage.memory = message[1];
        return this.#owner.workerChanged();
      case "ready":
        if (this.process.lifecycle.on("initialized")) this.#owner.workerReady();
        return;
      case "startFailure":
        this.startError = decode(message[2], blocks.slice(message[1]));
        return;
      case "importRefused":
        return this.#importRefused(message, blocks);
    }
  }

  #settle(message: ValueMessage | FailureMessage, blocks: Block[]): void {
    const [type, number, base, payload] = message;
    const task = this.tasks.take(number);
    if (task === undefined) return; // its result was in the journal
    this.usage.countDone();
    this.#recall.on("result");
    this.tasks.unpin(task);
    settleTask(task, type, payload, base === 0 ? blocks : blocks.slice(base), message[4] ?? 0);
  }

  #returned(numbers: readonly number[]): void {
    if (!this.#recall.isAwaited) throw new ProtocolError("Cannot take tasks back: the worker was not asked for any");
    this.#recall.on("returned");
    const tasks = this.tasks.takeReturned(numbers);
    this.usage.countUnsent(tasks.length);
    this.#owner.tasksReturned(tasks.filter((task) => !this.tasks.isPinned(task)));
    for (const task of tasks) if (this.tasks.isPinned(task)) this.send(task);
  }

  #importRefused([, number, base, payload, url]: ImportRefusedMessage, blocks: Block[]): void {
    const task = this.tasks.take(number);
    if (task === undefined) return;
    if (!modulesOf(task.fn.ref).includes(url)) throw failForeignModule(task);
    const isPinned = this.tasks.isPinned(task);
    this.tasks.unpin(task);
    const isTaken = this.#owner.importRefused(this, task, url, isPinned);
    if (!isTaken) settleTask(task, "failure", payload, blocks.slice(base), 0);
  }
}
