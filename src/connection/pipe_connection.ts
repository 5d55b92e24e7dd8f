/**
 * One end of a pipe, as the process sees it that has it: says to the pipe who has
 * it, and to whom it is given. What a pipe is where it lives is `pipe_state.ts`.
 *
 * @module
 */
import type { Child } from "../runtime/adapter.ts";
import { thisProcess } from "../runtime/installed.ts";
import type { Encoded } from "../codec/codec.ts";
import { ClosedError } from "../errors.ts";
import { onSpawn } from "../process/spawn.ts";
import { silenceRejection } from "../replay/inheritance.ts";
import { isReplaying } from "../replay/recorder.ts";
import type { Wait } from "../runtime/deadline.ts";
import { Connection, type End, setPipes } from "./connection.ts";
import type { Handle, ObjectRef } from "../remote/object_ref.ts";
import { existingRefOf, forgetObject, refOf, shareable } from "../remote/object_registry.ts";

/** Kind of the handles. */
export const CONNECTION = "Connection";

/** Those that this process has and has not closed. */
const open = new Map<ObjectRef, PipeEnd>();

class PipeEnd implements End {
  readonly #reach: ObjectRef;
  readonly #side: 0 | 1;
  readonly #forget: () => void;
  /** Had from the parent since before the fork. */
  readonly #inherited: boolean = isReplaying();
  #attached: boolean;
  #closed = false;

  /** @param forget called when it is closed */
  constructor(reach: ObjectRef, side: 0 | 1, forget: () => void) {
    this.#reach = reach;
    this.#side = side;
    this.#forget = forget;
    this.#attached = reach.isLocal;
    if (!reach.isInert) open.set(reach, this);
  }

  send(cargo: Encoded, isBytes: boolean, fault: (error: unknown) => unknown): Promise<void> {
    this.#enter();
    const args = [this.#side, isBytes ? 1 : 0, sizeOf(cargo)];
    return this.#reach.perform("send", "send", { args, value: cargo, mapError: fault });
  }

  recv(isBytes: boolean, wait: Wait, late: () => never): Promise<unknown> {
    this.#enter();
    return this.#reach.request("receive", "recv", { args: [this.#side, isBytes ? 1 : 0], wait, onTimeout: late });
  }

  poll(wait: Wait): Promise<boolean> {
    this.#enter();
    return this.#reach.request("poll connection", "poll", { args: [this.#side], wait, onTimeout: () => false });
  }

  close(): void {
    this.#forget();
    this.lost();
  }

  /** Nobody in this process has it any more. */
  lost(): void {
    open.delete(this.#reach);
    if (this.#closed || this.#reach.isInert) return;
    this.#closed = true;
    this.tell("close", this.#inherited ? ticketOf(thisProcess().pid) : null);
  }

  /** Its handle goes out. */
  give(): string {
    if (this.#closed) throw new ClosedError("Cannot send connection: it is closed");
    const ticket = crypto.randomUUID();
    this.tell("hand", ticket);
    return ticket;
  }

  /** Its handle has come in. */
  take(ticket: string): void {
    if (isReplaying()) return;
    this.#attached = true;
    this.tell("attach", ticket);
  }

  /** Says it to the pipe. Where that is gone, there is nobody to tell. */
  tell(act: string, ticket: string | null): void {
    void silenceRejection(this.#reach.perform(`${act} connection`, act, { args: [this.#side, ticket] }));
  }

  /** A fork child that uses an end has it from then on. */
  #enter(): void {
    if (this.#attached || isReplaying()) return;
    this.#attached = true;
    this.tell("attach", this.#inherited ? ticketOf(thisProcess().pid) : null);
  }
}

function sizeOf({ text, blocks }: Encoded): number {
  return blocks.reduce((sum, block) => sum + block.length, text.length);
}

/** With which a fork child has all ends of its parent's. */
function ticketOf(pid: number): string {
  return `fork ${pid}`;
}

function endAt(connection: object): PipeEnd {
  return open.get(existingRefOf(connection)!) ?? closed();
}

function closed(): never {
  throw new ClosedError("Cannot send connection: it is closed");
}

function makeEnd(connection: Connection, side: 0 | 1, readable: boolean, writable: boolean): End {
  const reach = refOf(connection, CONNECTION, [], [side, readable, writable]);
  const there = new WeakRef(connection);
  return new PipeEnd(reach, side, () => {
    const object = there.deref();
    if (object !== undefined && !reach.isInert) forgetObject(object);
  });
}

/** What a child was given is under way to it until it ends, unless it takes it before. */
function watch(payload: Encoded | null, child: Child | null): void {
  if (open.size === 0) return;
  const given = payload === null ? inherited(child) : handed(payload);
  if (given.length === 0) return;
  const drop = () => {
    for (const [end, ticket] of given) end.tell("drop", ticket);
  };
  if (child === null) return drop();
  for (const [end, ticket] of given) end.tell("hold", ticket);
  void child.exited.then(drop);
}

function inherited(child: Child | null): [PipeEnd, string][] {
  return child === null ? [] : Array.from(open.values(), (end) => [end, ticketOf(child.pid)]);
}

function handed({ handles }: Encoded): [PipeEnd, string][] {
  if (handles.length === 0) return [];
  const ends = new Map(Array.from(open, ([reach, end]) => [reach.key, end]));
  return handles.flatMap(({ handle }): [PipeEnd, string][] => {
    const [kind, id, where, ...details] = handle as Handle;
    if (kind !== CONNECTION) return [];
    const ticket = details.pop() as string;
    const end = ends.get(JSON.stringify([where, id, ...details]));
    return end === undefined ? [] : [[end, ticket]];
  });
}

setPipes(makeEnd);
onSpawn(watch);
shareable(CONNECTION, Connection, {
  sending: (object) => endAt(object).give(),
  received: (object, ticket) => endAt(object).take(ticket as string),
  lost: (reach) => open.get(reach)?.lost(),
});
