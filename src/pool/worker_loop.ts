/**
 * The loop of a worker: receives tasks, runs one after the other in the order in
 * which they came, and gives back those that it has not begun when the pool asks.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { runExitHooks } from "../runtime/exit_hooks.ts";
import type { ChildContext } from "../process/child_context.ts";
import type { Channel } from "../transport/channel.ts";
import { decode } from "../codec/codec.ts";
import type { Block } from "../codec/graph.ts";
import { frozenMessage, returnedMessage } from "../transport/messages.ts";
import { checkToWorker, type ReceivedMessage } from "../transport/check_message.ts";
import { type ReceivedTask, TaskRunner } from "./task_runner.ts";
import { endTask } from "./task_signal.ts";
import { WorkerFunctions } from "./worker_functions.ts";
import { WorkerReports } from "./worker_reports.ts";

/** `idle`: there is no task. `running`: it runs tasks. `frozen`: it begins no task until the pool lets it. */
type LoopState = "idle" | "running" | "frozen";

export class WorkerLoop {
  readonly reports: WorkerReports;
  readonly #channel: Channel;
  readonly #functions: WorkerFunctions;
  readonly #runner: TaskRunner;
  readonly #inbox: ReceivedTask[] = [];
  readonly #finished: PromiseWithResolvers<void> = Promise.withResolvers();
  #state: LoopState = "idle";
  /** Number of the last task that has come. */
  #lastReceived = 0;
  /** No more tasks will come. */
  #isFinishing = false;
  /** Ends the state `frozen`. */
  #thaw: () => void = () => {};

  constructor(context: ChildContext, channel: Channel) {
    this.#channel = channel;
    this.#functions = new WorkerFunctions(context);
    this.reports = new WorkerReports(channel, this.#inbox);
    this.#runner = new TaskRunner(this.#functions, this.reports, context.loadSharedClasses);
  }

  /** Settles when the pool has no more tasks. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  message(received: ReceivedMessage, blocks: Block[]): void {
    const message = checkToWorker(received, blocks.length);
    switch (message[0]) {
      case "function":
        this.#functions.add(message[1], message[2]);
        break;
      case "call":
      case "chunk":
        this.#inbox.push({ message, blocks });
        this.#lastReceived = message[1];
        break;
      case "abort": {
        const [, task, base, reason] = message;
        this.#runner.cancel(task);
        endTask(task, decode(reason, blocks.slice(base)));
        break;
      }
      case "thaw":
        this.reports.journal?.thaw();
        this.#giveBack();
        this.#thaw();
        break;
      case "recall":
        this.#giveBack();
        break;
      case "finish":
        this.#isFinishing = true;
        break;
    }
    if (this.#state !== "idle") return;
    this.#state = "running";
    queueMicrotask(() => void this.#run()); // when the whole frame has been read: its tasks are one batch
  }

  /** The pool is gone. */
  closed(): void {
    thisProcess().exit(0);
  }

  #giveBack(): void {
    this.#channel.post(returnedMessage(this.#inbox.splice(0).map(({ message }) => message[1])));
  }

  async #run(): Promise<void> {
    const { reports } = this;
    const sending = reports.beginBatch();
    if (sending instanceof Promise) await sending;
    while (this.#inbox.length > 0) {
      // Noted before it looks whether it is frozen: either it learns of that, or the pool learns what it has begun.
      if (!reports.noteBegun(this.#inbox[0]!.message[1], this.#lastReceived)) {
        await reports.sendAll();
        continue;
      }
      if (reports.journal?.frozen()) {
        await this.#waitFrozen();
        continue;
      }
      const running = this.#runner.run(this.#inbox.shift()!);
      if (running instanceof Promise) await running;
      const sending = reports.taskEnded();
      if (sending instanceof Promise) await sending;
    }
    this.#state = "idle";
    if (this.#isFinishing) await this.#finish();
  }

  /** Waits until the pool has taken back what it wants. */
  async #waitFrozen(): Promise<void> {
    this.#state = "frozen";
    this.reports.reportTime();
    this.#channel.post(frozenMessage());
    this.#channel.flush();
    await new Promise<void>((resolve) => this.#thaw = resolve);
    this.#state = "running";
    this.reports.restartTime();
  }

  async #finish(): Promise<void> {
    await this.#channel.drained();
    await runExitHooks();
    this.#channel.close();
    this.#finished.resolve();
    thisProcess().exitWhenFlushed(0);
  }
}
