/**
 * A pipe where it lives: two ends, and the rules between them. Callers' side:
 * `connection.ts` and `pipe_connection.ts`.
 *
 *     end 0  send ─► inbox of end 1 ─► recv  end 1
 *            recv ◄─ inbox of end 0 ◄─ send
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { ClosedError, EOFError, ProtocolError } from "../errors.ts";
import type { ObjectClient, ObjectState, Operation } from "../remote/operation.ts";
import { isForkTicket } from "./end_holders.ts";
import { PipeEnd } from "./pipe_end.ts";

/** How long an end that a dead process gave its child may be on its way. */
const ORPHANED_TICKET_MS = 10_000;

export class PipeState implements ObjectState {
  /** Called when nobody can use the pipe any more. */
  gone: (() => void) | null = null;
  readonly #ends: readonly [PipeEnd, PipeEnd] = [new PipeEnd(), new PipeEnd()];
  /** Tickets with which fork children have their parent's ends. */
  readonly #forkTickets = new Map<ObjectClient, string>();

  constructor() {
    for (const end of this.#ends) end.onDelivered = () => this.#serve(end);
  }

  perform(operation: Operation): void {
    const [side, detail] = operation.args as [0 | 1, unknown];
    const end = this.#ends[side];
    if (end === undefined) throw new ProtocolError(`Cannot ${operation.act}: a pipe has two ends`);
    switch (operation.act) {
      case "send":
        return this.#send(operation, end);
      case "recv":
        return this.#recv(operation, end);
      case "poll":
        return this.#poll(operation, end);
    }
    this.#changeHolders(operation, end, detail as string | null);
    operation.settle();
    this.#review();
  }

  #other(end: PipeEnd): PipeEnd {
    return this.#ends[end === this.#ends[0] ? 1 : 0];
  }

  #send(operation: Operation, from: PipeEnd): void {
    if (!(operation.args[2] as number >= 0) || operation.value === null) {
      throw new ProtocolError("Cannot send: there is no item");
    }
    this.#use(operation.client, from);
    const to = this.#other(from);
    if (!this.#isOpenTo(operation.client, to)) throw noReceiver();
    to.send(operation);
    this.#serve(to);
  }

  #recv(operation: Operation, end: PipeEnd): void {
    this.#use(operation.client, end);
    if (!end.inbox.isEmpty) {
      end.recv(operation);
      this.#serve(end);
    } else if (this.#isOver(operation.client, end)) throw endOfFile();
    else end.waitToRecv(operation);
  }

  #poll(operation: Operation, end: PipeEnd): void {
    this.#use(operation.client, end);
    if (!end.inbox.isEmpty || this.#isOver(operation.client, end)) operation.settle(true);
    else end.waitToPoll(operation);
  }

  /** Lets operations at an end go on, and fails those for which there is nobody at the other side any more. */
  #serve(end: PipeEnd): void {
    end.serve();
    if (!this.#other(end).holders.isHeld) end.endReaders(({ client }) => this.#isOver(client, end), endOfFile);
    if (!end.holders.isHeld) end.failSenders(({ client }) => !this.#isOpenTo(client, end), noReceiver);
  }

  /** Whether nothing more comes to an end that this client could wait for. */
  #isOver(client: ObjectClient, end: PipeEnd): boolean {
    return end.isDrained && !this.#isOpenTo(client, this.#other(end));
  }

  #isOpenTo(client: ObjectClient, end: PipeEnd): boolean {
    return end.holders.isOpenBeside(this.#forkTickets.get(client));
  }

  // --- who has an end ---

  #changeHolders({ act, client }: Operation, end: PipeEnd, ticket: string | null): void {
    switch (act) {
      case "attach":
        return this.#attach(client, end, ticket);
      case "close":
        return this.#close(client, end, ticket);
    }
    if (ticket === null) throw new ProtocolError(`Cannot ${act}: there is no ticket`);
    switch (act) {
      case "hand": // a handle goes out
        return end.holders.issueTicket(ticket, null);
      case "hold": // it goes to a child of this client
        end.holders.issueTicket(ticket, client.isLocal ? null : client);
        return void client.holdings.add(this);
      case "drop": // that child has ended
        return end.holders.endTicket(ticket);
      case "recall": // that child was not started
        return end.holders.cancelTicket(ticket);
      default:
        throw new ProtocolError(`Cannot ${act}: a pipe does not know how`);
    }
  }

  /** A client that uses an end holds it. */
  #use(client: ObjectClient, end: PipeEnd): void {
    if (client.isLocal) end.holders.moveLocalCopy("use");
    else if (!end.holders.has(client)) this.#attach(client, end, null);
  }

  #attach(client: ObjectClient, end: PipeEnd, ticket: string | null): void {
    if (ticket !== null) end.holders.returnTicket(ticket);
    if (client.isLocal) return;
    end.holders.attach(client);
    client.holdings.add(this);
    if (ticket !== null && isForkTicket(ticket)) this.#forkTickets.set(client, ticket);
  }

  #close(client: ObjectClient, end: PipeEnd, ticket: string | null): void {
    if (ticket !== null) end.holders.cancelTicket(ticket);
    if (client.isLocal) end.holders.moveLocalCopy("close");
    else end.holders.detach(client);
    end.failReaders(
      (operation) => operation.client === client,
      () => new ClosedError("Cannot receive: the connection was closed meanwhile"),
    );
  }

  clientGone(client: ObjectClient): void {
    this.#forkTickets.delete(client);
    for (const end of this.#ends) {
      end.holders.detach(client);
      const lost = end.holders.ticketsOf(client);
      if (lost.length === 0) continue;
      thisProcess().unrefTimeout(ORPHANED_TICKET_MS, () => {
        for (const ticket of lost) end.holders.endTicket(ticket);
        this.#review();
      });
    }
    this.#review();
  }

  /** Lets go on whatever may, after the holders have changed. */
  #review(): void {
    for (const end of this.#ends) this.#serve(end);
    const isUnused = this.#ends.every(({ holders, isDelivering }) =>
      !holders.isOpen && !isDelivering && holders.localCopy === "closed"
    );
    if (isUnused) this.gone?.();
  }
}

function endOfFile(): EOFError {
  return new EOFError("Cannot receive: the other end is closed and nothing is left");
}

function noReceiver(): ClosedError {
  return new ClosedError("Cannot send: the other end is closed");
}
