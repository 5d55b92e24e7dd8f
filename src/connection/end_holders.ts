/**
 * Who has one end of a pipe. An end is open as long as some process has it, or a
 * handle of it is under way to one. Each handle carries a ticket, which the
 * receiver returns when it attaches the end.
 *
 *     local copy:  idle ── taken ─► given        idle, used: counts
 *                    └─ use ─► used ◄─ use ─┘    given, closed: does not count
 *                    close ─► closed
 *
 * @module
 */
import type { ObjectClient } from "../remote/operation.ts";

/** What the process in which the pipe lives does with its own copy of the end. */
export type LocalCopy = "idle" | "given" | "used" | "closed";
/** What happens to that copy: it is used or closed there, or another process has taken the end. */
export type LocalCopyEvent = "use" | "close" | "taken";

const LOCAL_COPY_TRANSITIONS: Readonly<Record<LocalCopyEvent, Readonly<Record<LocalCopy, LocalCopy>>>> = {
  use: { idle: "used", given: "used", used: "used", closed: "used" },
  close: { idle: "closed", given: "closed", used: "closed", closed: "closed" },
  taken: { idle: "given", given: "given", used: "used", closed: "closed" },
};

/** Prefix of the tickets with which a fork child has the ends of its parent. */
const FORK_PREFIX = "fork ";

/** The ticket with which the fork child of that process id has every end of its parent. */
export function forkTicketOf(pid: number): string {
  return FORK_PREFIX + pid;
}

export function isForkTicket(ticket: string): boolean {
  return ticket.startsWith(FORK_PREFIX);
}

export class EndHolders {
  #localCopy: LocalCopy = "idle";
  /** Other processes that have the end. */
  readonly #clients = new Set<ObjectClient>();
  /** Handles under way, by ticket; with the process that must live meanwhile, null where that is this one. */
  readonly #tickets = new Map<string, ObjectClient | null>();
  /** Tickets that came back before they were announced. */
  readonly #returned = new Set<string>();

  get localCopy(): LocalCopy {
    return this.#localCopy;
  }

  /** Whether some process has the end. */
  get isHeld(): boolean {
    return this.#clients.size > 0 || this.#localCopy === "used" || this.#localCopy === "idle";
  }

  /** Whether some process has the end, or will have it. */
  get isOpen(): boolean {
    return this.isHeld || this.#tickets.size > 0;
  }

  /** The same for a fork child, which does not wait for its own unused copy. */
  isOpenBeside(forkTicket: string | undefined): boolean {
    if (this.isHeld) return true;
    const isOwn = forkTicket !== undefined && this.#tickets.has(forkTicket);
    return this.#tickets.size > (isOwn ? 1 : 0);
  }

  moveLocalCopy(event: LocalCopyEvent): void {
    this.#localCopy = LOCAL_COPY_TRANSITIONS[event][this.#localCopy];
  }

  has(client: ObjectClient): boolean {
    return this.#clients.has(client);
  }

  /** Another process has the end from now on. */
  attach(client: ObjectClient): void {
    this.#clients.add(client);
    this.moveLocalCopy("taken");
  }

  detach(client: ObjectClient): void {
    this.#clients.delete(client);
  }

  /** A handle is under way. @param holder whose death loses it, after a while */
  issueTicket(ticket: string, holder: ObjectClient | null): void {
    if (!this.#returned.delete(ticket)) this.#tickets.set(ticket, holder);
  }

  /** The handle has arrived. */
  returnTicket(ticket: string): void {
    if (!this.#tickets.delete(ticket)) this.#returned.add(ticket);
  }

  /** The handle arrives nowhere. */
  cancelTicket(ticket: string): void {
    this.#tickets.delete(ticket);
    this.#returned.delete(ticket);
  }

  /** The child to which the handle was passed has ended: whether or not it attached the end, it has had it. */
  endTicket(ticket: string): void {
    this.cancelTicket(ticket);
    if (!isForkTicket(ticket)) this.moveLocalCopy("taken");
  }

  /** Tickets that are lost with a process. */
  ticketsOf(holder: ObjectClient): string[] {
    return [...this.#tickets].flatMap(([ticket, each]) => each === holder ? [ticket] : []);
  }
}
