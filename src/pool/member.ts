/**
 * One worker as its pool sees it: a child process, its channel, and the jobs that
 * were sent to it and have not come back, in the order in which it runs them.
 * Mirror of `worker_main.ts`. Decides nothing: says what happened.
 *
 * @module
 */
import { type Child, type ExitStatus, here } from "../adapter.ts";
import type { Channel } from "../channel.ts";
import { decode, encode, type Payload } from "../codec.ts";
import { describeThrown } from "../error_node.ts";
import { WorkerLostError } from "../errors.ts";
import type { Block } from "../graph.ts";
import type { Link } from "../link.ts";
import type { Message } from "../protocol.ts";
import { LONGEST } from "../wait.ts";
import type { Job } from "./job.ts";
import type { Settled } from "./pool_options.ts";
import { withRemoteStack } from "./remote_stack.ts";
import type { WorkerStats } from "./stats.ts";

/** Whom a member tells. */
export interface Owner {
  /** It gives back jobs that it has not begun. */
  returned(jobs: Job[]): void;
  /** Initialised: it can be sent jobs. */
  ready(): void;
  /** It has room for more jobs. */
  idle(): void;
  /** It may not import the module of a job's function: start one that was told of it. */
  wanting(member: Member, job: Job): void;
  /** It has ended. */
  ended(member: Member, demise: Demise): void;
}

/** How a worker ended, and whether the system says that it was for want of memory: undefined when it does not say. */
export interface Demise {
  readonly status: ExitStatus;
  readonly outOfMemory: boolean | undefined;
}

/** How long, in milliseconds, the connection of a dead worker may take to end. */
const LAST_WORDS = 1_000;
/** A worker that answers at once is sent this many jobs ahead at most. */
const DEPTH = 1024;
/** What lies ahead of a worker should take it about this long, in milliseconds. */
const AHEAD = 1;
/** When no result comes for so long, in milliseconds, it is looked up whether some are noted. */
const PATIENCE = 20;

export class Member {
  readonly child: Child;
  readonly link: Link;
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
  readonly #owner: Owner;
  readonly #sent = new Map<number, Job>();
  /** Jobs that are for this worker and no other: those that wait for it to be ready, and those that it has. */
  #pinned: Job[] = [];
  /** Jobs that it may still be sent before it is worn out. */
  #left = Infinity;
  /** Jobs that it has done. */
  #done = 0;
  #resident: number | null = null;
  /** Processes killed for want of memory before it started. */
  readonly #oomKills: number | null;
  /** Tasks that came back, and tasks that the worker said it has got: what lies beyond those was not begun. */
  #returned = 0;
  #recalling = false;
  /** It was asked to give back jobs, and none has come back done since. */
  #stalled = false;
  #taken = 0;
  /** The job for which the journal was read. */
  #looked: Job | null = null;
  readonly #known = new Set<number>();
  /** Mean time of a job, in milliseconds; what is not known is taken for long. */
  #pace = AHEAD;
  #held = false;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #drained: (() => void) | null = null;

  constructor(child: Child, link: Link, owner: Owner, oomKills: number | null) {
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
    if (this.state !== "ready" || this.worn || this.#stalled && this.#sent.size > 0) return 0;
    const depth = Math.max(1, Math.min(DEPTH, Math.floor(AHEAD / this.#pace)));
    return Math.min(depth - this.#sent.size, this.#left);
  }

  /** The job that it is running, as far as is known. */
  get front(): Job | null {
    return this.#sent.values().next().value ?? null;
  }

  /** From when on the first of its jobs may have been done long ago: results may wait behind a task that is long. */
  get doubtfulAt(): number {
    return this.load < 2 || this.#looked === this.front ? Infinity : this.frontSince + PATIENCE;
  }

  /** Takes the results that it has noted and cannot send; they come again when it can, and count no more. */
  async catchUp(): Promise<void> {
    this.#looked = this.front;
    const { journals } = await here().meet();
    if (journals === undefined || this.state === "ended") return;
    const { address, token } = this.link;
    const notes = journals.peek(address, token);
    // It may be writing just now: what is read twice is whole.
    const again = journals.peek(address, token);
    for (let at = 0; at < notes.length && notes[at] === again[at]; at++) this.message(JSON.parse(notes[at]!), []);
    this.#owner.idle();
  }

  /** Looks whether it is worn out. */
  wearOut({ tasks, memory, age }: Settled["wear"], now: number): void {
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
  pin(job: Job): void {
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

  send(job: Job): void {
    const channel = this.#channel!;
    const { work, input } = job;
    this.#sent.set(job.id, job);
    if (this.#sent.size === 1) this.#advance();
    if (--this.#left <= 0) this.worn = true;
    if (!this.#known.has(work.number)) {
      this.#known.add(work.number);
      channel.post(JSON.stringify(["function", work.number, work.note]));
    }
    const base = input.blocks.length === 0 ? 0 : channel.base(input.blocks.length);
    const head = `${job.id},${work.number},${base},${input.text}`;
    channel.post(
      job.kind === "call" ? `["call",${head}]` : `["chunk",${head},${job.kind === "map" ? 0 : 1}]`,
      input.blocks,
    );
  }

  /** Another job is the first now, or none. */
  #advance(): void {
    this.frontSince = performance.now();
    this.idleSince = this.#sent.size === 0 ? this.frontSince : Infinity;
  }

  /** Asks for the jobs that it has not begun; what is behind a long one must not wait for it. */
  recall(): void {
    if (this.#recalling || this.state !== "ready" || this.#sent.size < 2) return;
    this.#recalling = true;
    this.#stalled = true;
    this.#channel!.post(`["recall"]`);
  }

  has(job: Job): boolean {
    return this.#sent.has(job.id);
  }

  /** Tells the worker that a job is no longer wanted; ends it when it does not give way within the grace time. */
  abort(job: Job, reason: unknown, grace: number): void {
    let told;
    try {
      told = encode(reason, "reason");
    } catch (error) {
      told = encode(describeThrown(reason, error), "reason");
    }
    const base = this.#channel!.base(told.blocks.length);
    this.#channel!.post(`["abort",${job.id},${base},${told.text}]`, told.blocks);
    this.#insist(job, grace);
  }

  /** A job behind others may have begun before the worker could read that it shall not. */
  #insist(job: Job, grace: number): void {
    // Who waits for nothing else does not wait for this: a job that is still there holds the program itself.
    here().alarm(Math.max(1, Math.min(grace, LONGEST)), () => {
      if (!this.#sent.has(job.id)) return;
      const isFirst = this.#sent.keys().next().value === job.id;
      if (isFirst) this.end(grace);
      else this.#insist(job, grace);
    });
  }

  /** Lets it finish what it has and exit; one that is not ready is ended. Idempotent. */
  finish(grace: number): void {
    if (this.state === "starting") return this.end(grace);
    if (this.state !== "ready") return;
    this.state = "leaving";
    this.dismissed = true;
    this.#channel!.post(`["finish"]`);
  }

  /** The ladder: SIGTERM now, SIGKILL after `grace` milliseconds. */
  end(grace: number): void {
    if (this.state === "ended" || this.#grace !== undefined) return;
    this.state = "leaving";
    this.dismissed = true;
    this.child.kill("SIGTERM");
    this.#grace = setTimeout(() => this.child.kill("SIGKILL"), Math.min(grace, LONGEST));
  }

  message(message: Message, blocks: Block[]): void {
    switch (message[0]) {
      case "value":
      case "failure": {
        const [type, id, base, payload] = message;
        const job = this.#sent.get(id);
        if (job === undefined) return;
        this.#sent.delete(id);
        this.#returned++;
        this.#done++;
        this.#stalled = false;
        this.#advance();
        if (this.#pinned.length > 0) this.#pinned = this.#pinned.filter((pinned) => pinned !== job);
        this.#settle(job, type, payload, base === 0 ? blocks : blocks.slice(base), message[4] ?? 0);
        break;
      }
      case "returned": {
        this.#recalling = false;
        const jobs = message.slice(1).flatMap((id) => this.#sent.get(id as number) ?? []);
        for (const job of jobs) this.#sent.delete(job.id);
        this.#returned += jobs.length;
        this.#advance();
        this.#owner.returned(jobs.filter((job) => !this.#pinned.includes(job)));
        for (const job of jobs) if (this.#pinned.includes(job)) this.send(job);
        break;
      }
      case "taken":
        this.#taken = message[1];
        break;
      case "spent": {
        const [, count, milliseconds] = message;
        const pace = milliseconds / count;
        // A long task counts at once; what is short is learnt within a few reports.
        this.#pace = pace >= AHEAD ? pace : this.#pace + 0.75 * (pace - this.#pace);
        this.#owner.idle();
        break;
      }
      case "ready":
        if (this.state !== "starting") return;
        this.state = "ready";
        this.wasReady = true;
        this.readySince = this.idleSince = performance.now();
        for (const job of this.#pinned) this.send(job);
        this.#owner.ready();
        break;
      case "resident":
        this.#resident = message[1];
        this.#owner.idle(); // it may be too large
        break;
      case "unfit":
        this.unfitness = withRemoteStack(decode(message[2], blocks.slice(message[1])));
        break;
      case "wanting": {
        const job = this.#sent.get(message[1]);
        if (job === undefined) return;
        this.#sent.delete(job.id);
        this.#returned++;
        this.#owner.wanting(this, job);
        break;
      }
    }
  }

  #settle(job: Job, type: "value" | "failure", payload: Payload, blocks: Block[], index: number): void {
    let value: unknown;
    try {
      value = decode(payload, blocks);
    } catch (error) {
      return job.fail(error, index);
    }
    if (type === "value") job.succeed(value);
    else job.fail(withRemoteStack(value), index);
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
    const { journals, oomKills } = await here().meet();
    if (journals !== undefined) {
      for (const note of journals.read(this.link.address, this.link.token)) this.message(JSON.parse(note), []);
    }
    const kills = this.#oomKills === null ? null : oomKills();
    const outOfMemory = kills === null ? undefined : kills > this.#oomKills!;
    this.#owner.ended(this, { status, outOfMemory });
  }

  /** Takes its jobs away: the one that it had begun, those that it had not, and those that nobody else shall do. */
  remains(): { begun: Job[]; waiting: Job[]; pinned: Job[] } {
    const jobs = [...this.#sent.values()];
    const pinned = this.#pinned;
    this.#sent.clear();
    this.#pinned = [];
    const begun = this.#taken > this.#returned ? jobs.splice(0, 1) : [];
    const others = (list: Job[]) => pinned.length === 0 ? list : list.filter((job) => !pinned.includes(job));
    return { begun: others(begun), waiting: others(jobs), pinned };
  }
}

/** The error of a job whose worker died under it. */
export function lossOf(member: Member, { status, outOfMemory }: Demise, job: Job): WorkerLostError {
  const signal = "signal" in status ? status.signal : null;
  const exitCode = "code" in status ? status.code : -status.number;
  const how = signal === null ? `exited with code ${exitCode}` : `was killed by ${signal}`;
  // Nobody here asked for SIGKILL: a task whose worker the pool kills has settled before.
  const guess = signal !== "SIGKILL" ? "" : outOfMemory ? ", out of memory" : ", possibly out of memory";
  const tries = job.losses > 1 ? `, as did ${job.losses - 1} before it` : "";
  return new WorkerLostError(
    `Cannot finish task ${job.work.name}: its worker, process ${member.pid}, ${how}${guess}${tries}`,
    { pid: member.pid, exitCode, signal, task: job.work.name },
  );
}
