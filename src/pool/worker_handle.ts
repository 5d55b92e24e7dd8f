/**
 * One worker as its pool sees it: a child process, its channel, and the jobs that
 * were sent to it and have not come back, in the order in which it runs them.
 * Mirror of `worker_main.ts`. Decides nothing: says what happened.
 *
 * @module
 */
import type { Child, ExitStatus, Network } from "../runtime/adapter.ts";
import { thisProcess } from "../runtime/installed.ts";
import type { Channel } from "../transport/channel.ts";
import { decode } from "../codec/codec.ts";
import { encodeThrown } from "../codec/encode_thrown.ts";
import type { Block } from "../codec/graph.ts";
import type { ServiceAddress } from "../transport/client.ts";
import {
  abortMessage,
  callMessage,
  chunkMessage,
  finishMessage,
  functionMessage,
  type MessageText,
  recallMessage,
  thawMessage,
} from "../transport/messages.ts";
import type { Message } from "../transport/protocol.ts";
import { MAX_TIMEOUT_MS } from "../runtime/deadline.ts";
import { settleTask, type WorkerEnd } from "./task_errors.ts";
import type { Task } from "./task.ts";
import { WorkerJournal } from "./worker_journal.ts";
import { PrefetchDepth } from "./prefetch_depth.ts";
import type { ResolvedPoolOptions } from "./pool_options.ts";
import { withRemoteStack } from "../codec/remote_stack.ts";
import type { WorkerStats } from "./stats.ts";

/** Whom a member tells. */
export interface WorkerOwner {
  /** It gives back jobs that it has not begun. */
  returned(jobs: Task[]): void;
  /** Initialised: it can be sent jobs. */
  ready(): void;
  /** It has room for more jobs. */
  idle(): void;
  /** It cannot import the module of a job's function; false when one that is started with it could not either. */
  wanting(member: WorkerHandle, job: Task, url: string, isPinned: boolean): boolean;
  /** It has ended. */
  ended(member: WorkerHandle, demise: WorkerEnd): void;
}

/** How long, in milliseconds, the connection of a dead worker may take to end. */
const LAST_WORDS = 1_000;
/** When no result comes for so long, in milliseconds, it is looked up what is noted. */
const PATIENCE = 20;
/** So long when it was asked for what it has not begun. */
const SHORT_PATIENCE = 2;

export class WorkerHandle {
  readonly child: Child;
  readonly link: ServiceAddress;
  state: "starting" | "ready" | "leaving" | "ended" = "starting";
  wasReady = false;
  /** The pool itself has asked it to go. */
  dismissed = false;
  /** It gets no more jobs, and leaves when it has none. */
  worn = false;
  /** When it was ready, and since when it has had nothing to do, as `performance.now()` counts. */
  readySince: number = Infinity;
  idleSince: number = Infinity;
  /** Since when the first of its jobs has been the first. */
  frontSince = 0;
  /** Why it cannot be initialised, once it has said so. */
  unfitness: unknown = undefined;
  #channel: Channel | null = null;
  readonly #owner: WorkerOwner;
  /** By number: they are numbered in the order in which they were sent. */
  readonly #sent = new Map<number, Task>();
  #number = 0;
  /** Jobs that are for this worker and no other: those that wait for it to be ready, and those that it has. */
  #pinned: Task[] = [];
  /** Jobs that it may still be sent before it is worn out. */
  #left = Infinity;
  /** Jobs that it has done. */
  #done = 0;
  #resident: number | null = null;
  /** Processes killed for want of memory before it started. */
  readonly #oomKills: number | null;
  /** How often it was asked to give back jobs and has not yet, and since when. */
  #asked = 0;
  #askedAt = 0;
  /** Nothing more is taken from it until it has given back what it has. */
  #seized = false;
  /** It was asked to give back jobs, and none has come back done since. */
  #stalled = false;
  /** The last task that it has said it has got: what lies beyond was not begun. */
  #taken = 0;
  /** The job for which the journal was read. */
  #looked: Task | null = null;
  readonly #known = new Set<number>();
  readonly #pace = new PrefetchDepth();
  #held = false;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #drained: (() => void) | null = null;

  readonly #meeting: Network;
  readonly #logbook: WorkerJournal | null;

  /** @param oomKills how many processes had been killed for want of memory before it was started */
  constructor(child: Child, link: ServiceAddress, owner: WorkerOwner, meeting: Network, oomKills: number | null) {
    this.#meeting = meeting;
    this.#logbook = meeting.journals === undefined ? null : new WorkerJournal(meeting.journals, link);
    this.#oomKills = oomKills;
    this.child = child;
    this.link = link;
    this.#owner = owner;
    child.unref();
    void child.exited.then((status) => this.#ended(status));
  }

  get pid(): number {
    return this.child.pid;
  }

  /** Jobs that it has, the running one first. */
  get load(): number {
    return this.#sent.size;
  }

  /** Jobs that it has and those that it will have when it is ready. */
  get owed(): number {
    return this.#sent.size + (this.state === "starting" ? this.#pinned.length : 0);
  }

  /** How many more jobs it should be sent now. */
  get room(): number {
    if (this.state !== "ready" || this.worn || this.#seized || this.#stalled && this.#sent.size > 0) return 0;
    return Math.min(this.#pace.depth - this.#sent.size, this.#left);
  }

  /** The job that it is running, as far as is known. */
  get front(): Task | null {
    return this.#sent.values().next().value ?? null;
  }

  /** From when on it is looked at, since its first job seems to be long: results, and jobs not begun, may be behind it. */
  get doubtfulAt(): number {
    if (this.load < 2 || this.#seized || this.#looked === this.front) return Infinity;
    return this.#asked === 0 ? this.frontSince + PATIENCE : Math.max(this.frontSince, this.#askedAt) + SHORT_PATIENCE;
  }

  /**
   * Takes the results that it has noted and cannot send; they come again when it can, and count no more.
   *
   * @param all also takes back the jobs that it has not begun, whether its event loop turns or not
   */
  catchUp(all: boolean): void {
    this.#looked = this.front;
    if (this.#logbook === null || this.state === "ended") return;
    const frozen = all && !this.#seized && this.#logbook.freeze();
    if (frozen) {
      this.#seized = true;
      this.#ask(thawMessage());
    }
    const notes = this.#logbook.peek();
    for (const note of notes) this.message(note, []);
    this.#stalled = true;
    const last = notes.at(-1);
    // Nothing noted: it is between two tasks, and about to answer.
    if (frozen && last !== undefined) this.#takeBack(last[1] as number + (last[0] === "begun" ? 0 : 1));
    this.#owner.idle();
  }

  /** Takes back what comes after the task that has begun, but for jobs that no other worker shall do. */
  #takeBack(begun: number): void {
    const jobs: Task[] = [];
    for (const [number, job] of this.#sent) {
      if (number <= begun || this.#pinned.includes(job)) continue;
      this.#sent.delete(number);
      jobs.push(job);
    }
    this.#owner.returned(jobs);
  }

  /** Looks whether it is worn out. */
  wearOut({ tasks, memory, age }: ResolvedPoolOptions["wear"], now: number): void {
    this.#left = tasks - this.#done - this.#sent.size;
    this.worn ||= this.#left <= 0 || (this.#resident ?? 0) > memory || now - this.readySince >= age;
  }

  stats(): WorkerStats {
    const { pid, state, load, worn } = this;
    return {
      pid,
      state: state === "starting" ? state : state !== "ready" || worn ? "leaving" : load > 0 ? "busy" : "idle",
      tasks: this.#done,
      resident: this.#resident,
    };
  }

  /** Gives it a job that no other worker shall do, as soon as it is ready. */
  pin(job: Task): void {
    this.#pinned.push(job);
    if (this.state === "ready") this.send(job);
  }

  /** The worker has called: its channel. */
  connect(channel: Channel): void {
    this.#channel = channel;
    if (this.#held) channel.ref();
  }

  /** Keeps the program alive for this worker, or not. */
  hold(held: boolean): void {
    if (this.#held === held || this.state === "ended") return;
    this.#held = held;
    if (held) {
      this.child.ref();
      this.#channel?.ref();
    } else {
      this.child.unref();
      this.#channel?.unref();
    }
  }

  send(job: Task): void {
    const channel = this.#channel!;
    const { work, input } = job;
    const number = ++this.#number;
    this.#sent.set(number, job);
    if (this.#sent.size === 1) this.#advance();
    if (--this.#left <= 0) this.worn = true;
    if (!this.#known.has(work.number)) {
      this.#known.add(work.number);
      channel.post(functionMessage(work.number, work.note));
    }
    const base = channel.base(input.blocks.length);
    const message = job.kind === "call"
      ? callMessage(number, work.number, base, input)
      : chunkMessage(number, work.number, base, input, job.kind !== "map");
    channel.post(message, input.blocks);
  }

  /** Another job is the first now, or none. */
  #advance(): void {
    this.frontSince = performance.now();
    this.idleSince = this.#sent.size === 0 ? this.frontSince : Infinity;
  }

  /** Asks for the jobs that it has not begun; what is behind a long one must not wait for it. */
  recall(): void {
    if (this.#asked > 0 || this.state !== "ready" || this.load < 2) return;
    const kept = this.#pinned.length + (this.#pinned.includes(this.front!) ? 0 : 1);
    if (this.load <= kept) return; // all would come back to it
    this.#stalled = true;
    this.#looked = null;
    this.#ask(recallMessage());
  }

  #ask(message: MessageText): void {
    this.#asked++;
    this.#askedAt = performance.now();
    this.#channel!.post(message);
  }

  has(job: Task): boolean {
    return this.#numberOf(job) !== undefined;
  }

  #numberOf(job: Task): number | undefined {
    for (const [number, sent] of this.#sent) if (sent === job) return number;
  }

  /** Tells the worker that a job is no longer wanted; ends it when it does not give way within the grace time. */
  abort(job: Task, reason: unknown, grace: number): void {
    const told = encodeThrown(reason);
    const base = this.#channel!.base(told.blocks.length);
    this.#channel!.post(abortMessage(this.#numberOf(job)!, base, told), told.blocks);
    this.#insist(job, grace);
  }

  /** A job behind others may have begun before the worker could read that it shall not. */
  #insist(job: Task, grace: number): void {
    // Who waits for nothing else does not wait for this: a job that is still there holds the program itself.
    thisProcess().unrefTimeout(Math.max(1, Math.min(grace, MAX_TIMEOUT_MS)), () => {
      if (!this.has(job)) return;
      if (this.front === job) this.end(grace);
      else this.#insist(job, grace);
    });
  }

  /** Lets it finish what it has and exit; one that is not ready is ended. Idempotent. */
  finish(grace: number): void {
    if (this.state === "starting") return this.end(grace);
    if (this.state !== "ready") return;
    this.state = "leaving";
    this.dismissed = true;
    this.#channel!.post(finishMessage());
  }

  /** The ladder: SIGTERM now, SIGKILL after `grace` milliseconds. */
  end(grace: number): void {
    if (this.state === "ended" || this.#grace !== undefined) return;
    this.state = "leaving";
    this.dismissed = true;
    this.child.kill("SIGTERM");
    this.#grace = setTimeout(() => this.child.kill("SIGKILL"), Math.min(grace, MAX_TIMEOUT_MS));
  }

  message(message: Message, blocks: Block[]): void {
    switch (message[0]) {
      case "value":
      case "failure": {
        const [type, number, base, payload] = message;
        const job = this.#sent.get(number);
        if (job === undefined) return;
        this.#sent.delete(number);
        this.#done++;
        this.#stalled = false;
        this.#advance();
        if (this.#pinned.length > 0) this.#pinned = this.#pinned.filter((pinned) => pinned !== job);
        settleTask(job, type, payload, base === 0 ? blocks : blocks.slice(base), message[4] ?? 0);
        break;
      }
      case "returned": {
        if (--this.#asked === 0) this.#seized = false;
        const jobs = message.slice(1).flatMap((number) => {
          const job = this.#sent.get(number as number);
          this.#sent.delete(number as number);
          return job ?? [];
        });
        this.#advance();
        this.#owner.returned(jobs.filter((job) => !this.#pinned.includes(job)));
        for (const job of jobs) if (this.#pinned.includes(job)) this.send(job);
        break;
      }
      case "begun":
        this.#taken = message[2];
        break;
      case "spent":
        this.#pace.learn(message[2] / message[1]);
        this.#owner.idle();
        break;
      case "ready":
        if (this.state !== "starting") return;
        this.state = "ready";
        this.wasReady = true;
        this.readySince = this.idleSince = performance.now();
        for (const job of this.#pinned) this.send(job);
        this.#owner.ready();
        break;
      case "memory":
        this.#resident = message[1];
        this.#owner.idle(); // it may be too large
        break;
      case "startFailure":
        this.unfitness = withRemoteStack(decode(message[2], blocks.slice(message[1])));
        break;
      case "importRefused": {
        const [, number, base, payload, url] = message;
        const job = this.#sent.get(number);
        if (job === undefined) return;
        this.#sent.delete(number);
        const isPinned = this.#pinned.includes(job);
        this.#pinned = this.#pinned.filter((pinned) => pinned !== job);
        const isWanted = this.#owner.wanting(this, job, url, isPinned);
        if (!isWanted) settleTask(job, "failure", payload, blocks.slice(base), 0);
        break;
      }
    }
  }

  /** The connection is over. While the worker lives that is a fault: whatever it still does, nothing comes of it. */
  closed(): void {
    this.#drained?.();
    if (this.state === "ended" || this.dismissed) return;
    this.state = "leaving";
    // It may be dying by itself, and what it prints then comes after its sockets close.
    this.#grace ??= setTimeout(() => this.child.kill("SIGKILL"), LAST_WORDS);
  }

  /** What a worker sent before it died is read to its end first: only then is it known what is lost. */
  async #ended(status: ExitStatus): Promise<void> {
    clearTimeout(this.#grace);
    this.state = "ended";
    const channel = this.#channel;
    if (channel !== null && !channel.over) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
        timer = setTimeout(resolve, LAST_WORDS);
      });
      clearTimeout(timer);
    }
    channel?.close();
    for (const note of this.#logbook?.close() ?? []) this.message(note, []);
    const kills = this.#oomKills === null ? null : this.#meeting.oomKills();
    const outOfMemory = kills === null ? undefined : kills > this.#oomKills!;
    this.#owner.ended(this, { status, outOfMemory });
  }

  /** Takes its jobs away: the one that it had begun, those that it had not, and those that nobody else shall do. */
  remains(): { begun: Task[]; waiting: Task[]; pinned: Task[] } {
    const first = this.#sent.keys().next().value ?? Infinity;
    const jobs = [...this.#sent.values()];
    const pinned = this.#pinned;
    this.#sent.clear();
    this.#pinned = [];
    const begun = first <= this.#taken ? jobs.splice(0, 1) : [];
    const others = (list: Task[]) => pinned.length === 0 ? list : list.filter((job) => !pinned.includes(job));
    return { begun: others(begun), waiting: others(jobs), pinned };
  }
}
