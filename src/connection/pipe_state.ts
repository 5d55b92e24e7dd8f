/**
 * A pipe where it lives: what lies in it, each way, those who wait at its two
 * ends, and who has them. Callers' side: `connection.ts`.
 *
 *     end 0  send ─► inbox of end 1 ─► recv  end 1
 *            recv ◄─ inbox of end 0 ◄─ send
 *
 * An end is open as long as somebody has it, or it is under way to somebody,
 * which its tickets stand for.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { ClosedError, EOFError, ProtocolError } from "../errors.ts";
import type { EncodedValue } from "../codec/encoded_value.ts";
import { Deque } from "../deque.ts";
import { type ObjectClient, type ObjectState, type Operation, WaitQueue } from "../remote/operation.ts";

/** So many items and bytes lie unread in a pipe, each way, before `send()` waits. */
const MOST_ITEMS = 1_000;
const MOST_BYTES = 8 * 1024 * 1024;
/** What a process that is gone gave its child is taken to be on its way for so many milliseconds. */
const GRACE = 10_000;

/** An item, or the bytes of `sendBytes()`. */
interface Item {
  readonly cargo: EncodedValue;
  readonly isBytes: boolean;
  readonly size: number;
}

/** One end: what lies here to be read, and who has it. */
class End {
  readonly inbox = new Deque<Item>();
  bytes = 0;
  /** Items that are under way to a reader. */
  given = 0;
  willServe = false;
  readonly readers = new WaitQueue();
  readonly pollers = new WaitQueue();
  /** Who wait to send to here. */
  readonly senders = new WaitQueue();
  /** Other processes that have it. */
  readonly parties = new Set<ObjectClient>();
  /** It is under way to as many; with the process that must live meanwhile. */
  readonly tickets = new Map<string, ObjectClient | null>();
  /** Tickets that were used before they were heard of. */
  readonly #used = new Set<string>();
  /** What the process does with it in which the pipe lives. Its copy that it does not use counts until another has one. */
  own: "unused" | "used" | "closed" = "unused";
  wasTaken = false;

  get hasRoom(): boolean {
    return this.inbox.size < MOST_ITEMS && this.bytes < MOST_BYTES;
  }

  /** Whether some process has it. */
  get isHeld(): boolean {
    return this.parties.size > 0 || this.own === "used" || this.own === "unused" && !this.wasTaken;
  }

  /** It is under way, on a ticket that nobody has used yet. */
  issue(ticket: string, party: ObjectClient | null): void {
    if (!this.#used.delete(ticket)) this.tickets.set(ticket, party);
  }

  use(ticket: string): void {
    if (!this.tickets.delete(ticket)) this.#used.add(ticket);
  }

  /** Nobody will come with that ticket any more. */
  annul(ticket: string): void {
    this.tickets.delete(ticket);
    this.#used.delete(ticket);
  }
}

export class PipeState implements ObjectState {
  /** Called when nobody can use it any more. */
  gone: (() => void) | null = null;
  readonly #ends: readonly [End, End] = [new End(), new End()];
  /** Tickets with which fork children have their parent's ends: one that uses an end does not wait for its own other copy. */
  readonly #forks = new Map<ObjectClient, string>();

  perform(turn: Operation): void {
    const [side, detail, size] = turn.args as [0 | 1, unknown, unknown];
    const end = this.#ends[side];
    if (end === undefined) throw new ProtocolError(`Cannot ${turn.act}: a pipe has two ends`);
    switch (turn.act) {
      case "send":
        return this.#send(turn, end, detail === 1, size as number);
      case "recv":
        return this.#recv(turn, end);
      case "poll":
        return this.#poll(turn, end);
      case "attach":
        this.#attach(turn.client, end, detail as string | null);
        break;
      case "hand":
        end.issue(detail as string, null);
        break;
      case "hold":
        end.issue(detail as string, turn.client.isLocal ? null : turn.client);
        turn.client.holdings.add(this);
        break;
      case "drop":
        end.annul(detail as string);
        break;
      case "close":
        this.#close(turn.client, end, detail as string | null);
        break;
      default:
        throw new ProtocolError(`Cannot ${turn.act}: a pipe does not know how`);
    }
    turn.settle();
    this.#review();
  }

  #other(end: End): End {
    return this.#ends[end === this.#ends[0] ? 1 : 0];
  }

  // --- items ---

  #send(turn: Operation, from: End, isBytes: boolean, size: number): void {
    if (!(size >= 0) || turn.value === null) throw new ProtocolError("Cannot send: it is no item");
    this.#touch(turn.client, from);
    const to = this.#other(from);
    if (!this.#isOpenTo(turn.client, to)) throw gone();
    if (!to.hasRoom || to.senders.size > 0) return to.senders.add(turn);
    this.#store(to, { cargo: turn.value, isBytes, size });
    turn.settle();
    this.#serve(to);
  }

  #store(to: End, item: Item): void {
    to.inbox.push(item);
    to.bytes += item.size;
  }

  #recv(turn: Operation, end: End): void {
    this.#touch(turn.client, end);
    if (end.inbox.size > 0) {
      this.#hand(end, turn);
      return this.#serve(end);
    }
    if (this.#isOver(turn.client, end)) throw over();
    end.readers.add(turn);
  }

  #poll(turn: Operation, end: End): void {
    this.#touch(turn.client, end);
    if (end.inbox.size > 0 || this.#isOver(turn.client, end)) return turn.settle(true);
    end.pollers.add(turn);
  }

  /** Should the reader die before it has the item, the next one gets it. */
  #hand(end: End, turn: Operation): void {
    const item = end.inbox.first()!;
    if (item.isBytes !== (turn.args[1] === 1)) return turn.fail(item.isBytes ? notItem() : notBytes());
    end.inbox.shift();
    end.bytes -= item.size;
    end.given++;
    turn.settle(item.cargo, {
      kept: () => {
        end.given--;
        this.#serve(end);
      },
      undone: () => {
        end.given--;
        end.inbox.unshift(item);
        end.bytes += item.size;
        this.#serveSoon(end);
      },
    });
  }

  /** When all is back that comes back together: it comes last first. */
  #serveSoon(end: End): void {
    if (end.willServe) return;
    end.willServe = true;
    queueMicrotask(() => {
      end.willServe = false;
      this.#serve(end);
    });
  }

  /** Serves who waits for what lies here, as far as it goes, and who waits for room. */
  #serve(end: End): void {
    for (;;) {
      if (end.inbox.size > 0 && end.readers.size > 0) this.#hand(end, end.readers.shift()!);
      else if (end.hasRoom && end.senders.size > 0) {
        const sender = end.senders.shift()!;
        this.#store(end, { cargo: sender.value!, isBytes: sender.args[1] === 1, size: sender.args[2] as number });
        sender.settle();
      } else break;
    }
    if (end.inbox.size > 0) { for (const poller of end.pollers.clear()) poller.settle(true); }
    if (!this.#other(end).isHeld) this.#announceEnd(end);
    if (!end.isHeld) sift(end.senders, (turn) => !this.#isOpenTo(turn.client, end), (turn) => turn.fail(gone()));
  }

  #announceEnd(end: End): void {
    if (end.readers.size + end.pollers.size === 0) return;
    sift(end.readers, (turn) => this.#isOver(turn.client, end), (turn) => turn.fail(over()));
    sift(end.pollers, (turn) => this.#isOver(turn.client, end), (turn) => turn.settle(true));
  }

  // --- who has an end ---

  /** Whether nothing more comes to `end` that `party` could wait for. */
  #isOver(party: ObjectClient, end: End): boolean {
    return end.inbox.size === 0 && end.given === 0 && end.senders.size === 0 &&
      !this.#isOpenTo(party, this.#other(end));
  }

  #isOpenTo(party: ObjectClient, end: End): boolean {
    if (end.isHeld) return true;
    if (end.tickets.size !== 1) return end.tickets.size > 0;
    const own = this.#forks.get(party);
    return own === undefined || !end.tickets.has(own);
  }

  /** Who uses an end has it. */
  #touch(party: ObjectClient, end: End): void {
    if (party.isLocal) end.own = "used";
    else if (!end.parties.has(party)) this.#attach(party, end, null);
  }

  #attach(party: ObjectClient, end: End, ticket: string | null): void {
    if (ticket !== null) end.use(ticket);
    if (party.isLocal) return;
    end.parties.add(party);
    end.wasTaken = true;
    party.holdings.add(this);
    if (ticket?.startsWith("fork")) this.#forks.set(party, ticket);
  }

  #close(party: ObjectClient, end: End, ticket: string | null): void {
    if (ticket !== null) end.annul(ticket);
    if (party.isLocal) end.own = "closed";
    else end.parties.delete(party);
    const isTheirs = (turn: Operation) => turn.client === party;
    const refuse = (turn: Operation) =>
      turn.fail(new ClosedError("Cannot receive: the connection was closed meanwhile"));
    sift(end.readers, isTheirs, refuse);
    sift(end.pollers, isTheirs, refuse);
  }

  clientGone(party: ObjectClient): void {
    this.#forks.delete(party);
    for (const end of this.#ends) {
      end.parties.delete(party);
      const orphaned = [...end.tickets].flatMap(([ticket, holder]) => holder === party ? [ticket] : []);
      if (orphaned.length === 0) continue;
      thisProcess().unrefTimeout(GRACE, () => {
        for (const ticket of orphaned) end.annul(ticket);
        this.#review();
      });
    }
    this.#review();
  }

  /** Tells who waits what has changed for him. */
  #review(): void {
    for (const end of this.#ends) this.#serve(end);
    const isOver = this.#ends.every((end) => !end.isHeld && end.tickets.size === 0 && end.given === 0);
    if (isOver && this.#ends.every(({ own }) => own === "closed")) this.gone?.();
  }
}

/** Takes those out of a line that fulfil `test`. */
function sift(line: WaitQueue, test: (turn: Operation) => boolean, take: (turn: Operation) => void): void {
  if (line.size === 0) return;
  for (const turn of line.clear()) {
    if (test(turn)) take(turn);
    else line.add(turn);
  }
}

function over(): EOFError {
  return new EOFError("Cannot receive: the other end is closed and nothing is left");
}

function gone(): ClosedError {
  return new ClosedError("Cannot send: the other end is closed");
}

function notItem(): ProtocolError {
  return new ProtocolError("Cannot receive: the other end sent bytes, take them with recvBytes()");
}

function notBytes(): ProtocolError {
  return new ProtocolError("Cannot receive bytes: the other end sent an item, take it with recv()");
}
