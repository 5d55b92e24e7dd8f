/**
 * One end of a pipe, as a process sees it that has it. Tells the pipe, which may
 * live in another process, who has the end and to whom its handle goes. What a
 * pipe is where it lives is `pipe_state.ts`.
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
import { loadPart } from "../runtime/load_part.ts";
import { type Connection, createConnection } from "./connection.ts";
import { type ConnectionBackend, sizeOf } from "./backend.ts";
import { forkTicketOf } from "./end_holders.ts";
import type { Handle, ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { isTrustedAddress } from "../transport/server.ts";
import { existingRefOf, forgetObject, refOf } from "../remote/object_registry.ts";

/** Kind of the handles. */
export const CONNECTION = "Connection";

/** Ends that this process has and has not closed. */
const openEnds = new Map<ObjectRef, PipeBackend>();

class PipeBackend implements ConnectionBackend {
  readonly #ref: ObjectRef;
  readonly #side: 0 | 1;
  readonly #onClose: () => void;
  /** This fork child has it from its parent. */
  readonly #isInherited: boolean = isReplaying();
  /** The pipe knows that this process has the end. */
  #isAttached: boolean;
  /** Those of the handles by which the end has come, while the pipe does not know. */
  readonly #tickets: string[] = [];
  #isClosed = false;

  constructor(ref: ObjectRef, side: 0 | 1, onClose: () => void) {
    this.#ref = ref;
    this.#side = side;
    this.#onClose = onClose;
    this.#isAttached = ref.isLocal;
    if (!ref.isInert) openEnds.set(ref, this);
  }

  send(value: Encoded, isBytes: boolean, mapError: (error: unknown) => unknown): Promise<void> {
    this.#attach();
    const args = [this.#side, isBytes ? 1 : 0, sizeOf(value)];
    return this.#ref.perform("send", "send", { args, value, mapError });
  }

  recv(isBytes: boolean, wait: Wait, onTimeout: () => never): Promise<unknown> {
    this.#attach();
    return this.#ref.request("receive", "recv", { args: [this.#side, isBytes ? 1 : 0], wait, onTimeout });
  }

  poll(wait: Wait): Promise<boolean> {
    this.#attach();
    return this.#ref.request("poll connection", "poll", { args: [this.#side], wait, onTimeout: () => false });
  }

  close(): void {
    this.#onClose();
    if (!this.#isInherited) this.#attach();
    this.release();
  }

  /** This process has the end no longer. Idempotent. */
  release(): void {
    openEnds.delete(this.#ref);
    if (this.#isClosed || this.#ref.isInert) return;
    this.#isClosed = true;
    if (!this.#isAttached && !this.#isInherited) return; // never used, and come from where nobody is known
    this.tellPipe("close", this.#isInherited ? forkTicketOf(thisProcess().pid) : null);
  }

  /** A handle goes out. @returns its ticket */
  give(): string {
    if (this.#isClosed) throw sentWhenClosed();
    const ticket = crypto.randomUUID();
    this.tellPipe("hand", ticket);
    return ticket;
  }

  /** A handle has come in. What a stranger names as the pipe's place is called only when the program uses the end. */
  take(ticket: string): void {
    if (isReplaying()) return;
    if (this.#isAttached || isTrustedAddress(this.#ref.where[0])) {
      this.#isAttached = true;
      this.tellPipe("attach", ticket);
    } else this.#tickets.push(ticket);
  }

  /** Does nothing when the pipe is gone. */
  tellPipe(act: string, ticket: string | null): void {
    void silenceRejection(this.#ref.perform(`${act} connection`, act, { args: [this.#side, ticket] }));
  }

  /** A fork child has the ends of its parent from when it uses them. */
  #attach(): void {
    if (this.#isAttached || isReplaying()) return;
    this.#isAttached = true;
    if (this.#isInherited) this.#tickets.push(forkTicketOf(thisProcess().pid));
    for (const ticket of this.#tickets.length > 0 ? this.#tickets.splice(0) : [null]) this.tellPipe("attach", ticket);
  }
}

/** Makes the connection of a handle, or one end of a new pipe: see {@linkcode shareable}. */
function PipeConnection(side: 0 | 1, readable: boolean, writable: boolean): Connection {
  return createConnection(
    (connection) => {
      const ref = refOf(connection, CONNECTION, [], [side, readable, writable]);
      const object = new WeakRef(connection);
      return new PipeBackend(ref, side, () => {
        const connection = object.deref();
        if (connection !== undefined && !ref.isInert) forgetObject(connection);
      });
    },
    readable,
    writable,
  );
}

function openEnd(connection: object): PipeBackend {
  const end = openEnds.get(existingRefOf(connection)!);
  if (end === undefined) throw sentWhenClosed();
  return end;
}

function sentWhenClosed(): ClosedError {
  return new ClosedError("Cannot send connection: it is closed");
}

// --- children ---

/** Tells the pipes which ends a child has, from its start to its end. @param payload null for a fork child, which has all */
function followChild(payload: Encoded | null, child: Child | null): void {
  if (openEnds.size === 0) return;
  const given = payload === null ? inheritedEnds(child) : handedEnds(payload);
  if (given.length === 0) return;
  const tell = (act: string) => {
    for (const [end, ticket] of given) end.tellPipe(act, ticket);
  };
  if (child === null) return tell("recall");
  tell("hold");
  void child.exited.then(() => tell("drop"));
}

function inheritedEnds(child: Child | null): [PipeBackend, string][] {
  return child === null ? [] : Array.from(openEnds.values(), (end) => [end, forkTicketOf(child.pid)]);
}

function handedEnds({ handles }: Encoded): [PipeBackend, string][] {
  if (handles.length === 0) return [];
  const ends = new Map(Array.from(openEnds, ([ref, end]) => [ref.key, end]));
  return handles.flatMap(({ handle }): [PipeBackend, string][] => {
    const [kind, id, where, ...details] = handle as Handle;
    if (kind !== CONNECTION) return [];
    const ticket = details.pop() as string;
    const end = ends.get(JSON.stringify([where, id, ...details]));
    return end === undefined ? [] : [[end, ticket]];
  });
}

async function loadPipeState(): Promise<StateFactory> {
  const { PipeState } = await loadPart(import.meta.url, () => import("./pipe_state.ts"));
  return { create: () => new PipeState() };
}

onSpawn(followChild);
shareable(CONNECTION, PipeConnection as unknown as new (...details: unknown[]) => object, loadPipeState, {
  sending: (object) => openEnd(object).give(),
  received: (object, ticket) => openEnd(object).take(ticket as string),
  lost: (ref) => openEnds.get(ref as ObjectRef)?.release(),
});
