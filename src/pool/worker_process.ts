/**
 * The process of one worker and the connection to it: how they begin, keep the
 * program alive, and end. Knows no task.
 *
 * @module
 */
import type { Child, ExitStatus } from "../runtime/adapter.ts";
import type { Network } from "../runtime/network.ts";
import type { Channel } from "../transport/channel.ts";
import { readArrivals } from "../runtime/arrivals.ts";
import { startSteppedDeadline, STEP_MS } from "../runtime/stepped_deadline.ts";
import { finishMessage, type MessageText } from "../transport/messages.ts";
import type { Block } from "../codec/graph.ts";
import { KillLadder } from "./kill_ladder.ts";
import type { WorkerEnd } from "./task_errors.ts";
import { WorkerLifecycle, type WorkerState } from "./worker_lifecycle.ts";

/** How long the connection of a worker that has ended may take to end, and a worker whose connection has ended. */
const END_MS = 1_000;

export class WorkerProcess {
  readonly child: Child;
  readonly lifecycle: WorkerLifecycle = new WorkerLifecycle();
  /** Settles when the process has ended and all that it has sent was received. */
  readonly ended: Promise<WorkerEnd>;
  readonly #ladder: KillLadder;
  /** Whether code in the worker listens for SIGTERM, which workers ignore otherwise. */
  hasTerminationListener = false;
  readonly #network: Network;
  readonly #oomKills: number | null;
  readonly #channelEnd: PromiseWithResolvers<void> = Promise.withResolvers();
  #channel: Channel | null = null;
  #connectDeadline = () => {};
  /** When it connected, as `performance.now()` counts; null before. */
  connectedAt: number | null = null;
  #isHeld = false;

  /** @param oomKills how many processes the system had killed because memory was short when this one was started */
  constructor(child: Child, network: Network, oomKills: number | null) {
    this.child = child;
    this.#network = network;
    this.#oomKills = oomKills;
    this.#ladder = new KillLadder(child);
    child.unref();
    this.ended = child.exited.then((status) => this.#exited(status));
  }

  get state(): WorkerState {
    return this.lifecycle.state;
  }

  /** Calls back when the worker has not connected after so many milliseconds, in which this process was not busy. */
  expectConnection(withinMs: number, onLate: () => void): void {
    if (withinMs < Infinity) this.#connectDeadline = startSteppedDeadline(Math.ceil(withinMs / STEP_MS), onLate);
  }

  /** The worker has connected. */
  connect(channel: Channel): void {
    this.#connectDeadline();
    this.#channel = channel;
    this.connectedAt = performance.now();
    if (this.#isHeld) channel.ref();
  }

  /** Where the blocks of the next message begin. */
  base(count: number): number {
    return this.#channel!.base(count);
  }

  post(message: MessageText, blocks?: readonly Block[]): void {
    this.#channel!.post(message, blocks);
  }

  /** Keeps the program alive for this worker, or no longer. */
  hold(isHeld: boolean): void {
    if (this.#isHeld === isHeld || this.state === "ended") return;
    this.#isHeld = isHeld;
    if (isHeld) {
      this.child.ref();
      this.#channel?.ref();
    } else {
      this.child.unref();
      this.#channel?.unref();
    }
  }

  /** Lets it finish its tasks and exit; ends it when it is not ready. Does nothing when it is leaving. */
  finish(graceMs: number): void {
    if (this.state === "starting") return this.end(graceMs);
    if (this.lifecycle.on("dismissed")) this.post(finishMessage());
  }

  /**
   * Sends SIGTERM now, and SIGKILL after the grace time. When no code in the worker listens for SIGTERM, the SIGKILL
   * follows at once: as soon as all was read that the worker had sent, since it tells when such code begins to listen.
   */
  end(graceMs: number): void {
    if (this.state === "ended") return;
    this.lifecycle.on("dismissed");
    this.#ladder.terminate(graceMs);
    if (!this.hasTerminationListener) void this.#killUnlessListening();
  }

  async #killUnlessListening(): Promise<void> {
    await readArrivals();
    if (!this.hasTerminationListener) this.#ladder.kill();
  }

  /** The connection has ended. A worker that was not dismissed can do nothing any more, and is ended. */
  disconnected(): void {
    this.#channelEnd.resolve();
    // It may be dying by itself, and then its output comes after the end of its connection.
    if (this.lifecycle.on("disconnected")) this.#ladder.expectEnd(END_MS);
  }

  /** It has said what no worker says: nothing more of it is believed, and it is ended. */
  distrust(): void {
    this.#channel?.close();
    this.disconnected();
    this.child.kill("SIGKILL");
  }

  /** Waits for what the worker sent before its end: only then is it known which tasks are lost. */
  async #exited(status: ExitStatus): Promise<WorkerEnd> {
    this.#connectDeadline();
    this.#ladder.stop();
    this.lifecycle.on("exited");
    const channel = this.#channel;
    if (channel !== null && !channel.over) {
      const timer = setTimeout(this.#channelEnd.resolve, END_MS);
      await this.#channelEnd.promise;
      clearTimeout(timer);
    }
    channel?.close();
    const kills = this.#oomKills === null ? null : this.#network.oomKills!();
    return { pid: this.child.pid, status, outOfMemory: kills === null ? undefined : kills > this.#oomKills! };
  }
}
