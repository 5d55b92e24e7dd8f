/**
 * The journal of one client, as the owner sees it: notes of what the client has
 * pushed, and a counter of what it has taken, which can be read whether the
 * client's event loop turns or not, and after its death.
 *
 * @module
 */
import type { Journals } from "../runtime/capabilities.ts";
import { runtime } from "../runtime/installed.ts";
import { parseNote, type ReceivedMessage } from "../transport/check_message.ts";
import { newKey } from "../transport/handshake.ts";
import { server } from "../transport/server.ts";

export class ClientJournal {
  readonly #announce: (token: string, format: string) => void;
  #state: "none" | "open" | "unavailable" = "none";
  #token = "";
  /** That of this process when the journal was made: it lies there. */
  #address = "";

  /** @param announce tells the client where its journal is and how it is written */
  constructor(announce: (token: string, format: string) => void) {
    this.#announce = announce;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Creates the journal, unless there is one; false where none can be had. */
  open(): boolean {
    if (this.#state !== "none") return this.isOpen;
    const { journals } = runtime().network();
    const token = newKey().toHex();
    this.#address = server().address;
    if (journals === undefined || !journals.create(this.#address, token)) {
      this.#state = "unavailable";
      return false;
    }
    this.#token = token;
    this.#state = "open";
    this.#announce(token, journals.format);
    return true;
  }

  /** How much the client has counted; null when that cannot be known. */
  ticks(): number | null {
    return this.#journals.ticks(this.#address, this.#token);
  }

  /** Bids the client to begin nothing. */
  freeze(): boolean {
    return this.#journals.freeze(this.#address, this.#token);
  }

  /** Tells the client that a credit is frozen; false where it has no journal. */
  revoke(): boolean {
    return this.isOpen && this.#journals.revoke(this.#address, this.#token);
  }

  /** The notes of a living client; null for one that is no message. */
  peek(): (ReceivedMessage | null)[] {
    return this.#journals.peek(this.#address, this.#token).map(parseNote);
  }

  /** The notes of a dead client. Removes the journal. */
  close(): (ReceivedMessage | null)[] {
    this.#state = "unavailable";
    return this.#journals.read(this.#address, this.#token).map(parseNote);
  }

  get #journals(): Journals {
    return runtime().network().journals!;
  }
}
