/**
 * Who may talk: before the first frame both sides prove, by HMAC-SHA-256 over
 * fresh random challenges, that they know the same key, and the key itself never
 * crosses. Messages here have fixed lengths; nothing is decoded before the proof.
 *
 *     owner → caller   16 bytes of magic, 32 of challenge
 *     caller → owner   32 of challenge, 32 of proof
 *     owner → caller   32 of proof, or of zeros
 *
 * @module
 */
import type { ByteSink, ByteStream } from "../runtime/network.ts";
import { startSteppedDeadline } from "../runtime/stepped_deadline.ts";
import { AuthenticationError } from "../errors.ts";
import type { Block } from "../codec/graph.ts";

const MAGIC = new TextEncoder().encode("brood-handshake1");
const CHALLENGE_BYTES = 32;
const PROOF_BYTES = 32;
/** A peer gets so many steps of the event loop's time to prove itself: 5 s. */
const ANSWER_STEPS = 10;
/** So much is kept of what a peer says before its proof; a longer answer is none. */
const LEAD_BYTES = 4096;

/** Random bytes that are the key of one owner. */
export function newKey(): Block {
  return crypto.getRandomValues(new Uint8Array(32));
}

/**
 * The receiving end of a connection: first gives out bytes on request, then
 * hands everything over to the sink of the frames.
 */
export class HandshakeBuffer implements ByteSink {
  #lead: Block = new Uint8Array(LEAD_BYTES);
  #have = 0;
  /** Where the last space begins that was given out of it: what was here meanwhile may have been taken. */
  #at = 0;
  #leading = true;
  #next: ByteSink | null = null;
  #over = false;
  #wanted = 0;
  #isLast = false;
  #arrived: ((bytes: Block | null) => void) | null = null;

  space(): Uint8Array {
    this.#leading = this.#next === null;
    // What comes after the end falls on what nobody reads any more.
    if (!this.#leading) return this.#next!.space();
    if (this.#have === this.#lead.length && !this.#over) this.#grow();
    this.#at = this.#over ? 0 : this.#have;
    return this.#lead.subarray(this.#at);
  }

  filled(count: number): void {
    if (!this.#leading) return this.#next!.filled(count);
    if (this.#over) return;
    this.#lead.copyWithin(this.#have, this.#at, this.#at + count);
    this.#have += count;
    if (this.#next !== null) this.#drain();
    else if (this.#have === LEAD_BYTES && !this.#isLast) this.ended(); // nobody says so much before the proof
    else this.#answer();
  }

  ended(): void {
    if (this.#over) return;
    this.#over = true;
    this.#answer();
    this.#next?.ended();
  }

  /** Whether the stream has ended. */
  get over(): boolean {
    return this.#over;
  }

  /**
   * The next `count` bytes, or null when the stream ends before.
   *
   * @param isLast what follows is for the sink: the other side may say it before this one has looked at these bytes
   */
  read(count: number, isLast: boolean = false): Promise<Block | null> {
    return new Promise((resolve) => {
      this.#wanted = count;
      this.#isLast = isLast;
      this.#arrived = resolve;
      this.#answer();
    });
  }

  /** From now on all bytes go to `sink`, those that are here already first. */
  handOver(sink: ByteSink): void {
    this.#next = sink;
    this.#drain();
    if (this.#over) sink.ended();
  }

  #answer(): void {
    if (this.#arrived === null) return;
    const enough = this.#have >= this.#wanted;
    if (!enough && !this.#over) return;
    const arrived = this.#arrived;
    this.#arrived = null;
    arrived(enough ? this.#take(this.#wanted) : null);
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#have);
    larger.set(this.#lead);
    this.#lead = larger;
  }

  #take(count: number): Block {
    const bytes = this.#lead.slice(0, count);
    this.#lead.copyWithin(0, count, this.#have);
    this.#have -= count;
    return bytes;
  }

  #drain(): void {
    while (this.#have > 0) {
      const space = this.#next!.space();
      const bytes = this.#take(Math.min(space.length, this.#have));
      space.set(bytes);
      this.#next!.filled(bytes.length);
    }
  }
}

/**
 * Owner's side.
 *
 * @param answered called once, when the caller has answered, whatever it said, or is out of time; gives false when the
 *   caller has been dropped, whose answer may have come all the same
 * @throws {AuthenticationError} the caller did not prove itself in time
 */
export async function challenge(
  duplex: ByteStream,
  intake: HandshakeBuffer,
  key: Block,
  answered: () => boolean,
): Promise<void> {
  const mine = crypto.getRandomValues(new Uint8Array(CHALLENGE_BYTES));
  duplex.send(concatBytes(MAGIC, mine));
  const answer = await within(intake.read(CHALLENGE_BYTES + PROOF_BYTES), ANSWER_STEPS);
  if (!answered() || answer === null) throw rejected("caller");
  const theirs = answer.subarray(0, CHALLENGE_BYTES);
  const signer = await signerOf(key);
  if (!await signer.verify("caller", mine, theirs, answer.subarray(CHALLENGE_BYTES))) {
    duplex.send(new Uint8Array(PROOF_BYTES)); // no proof: so the caller knows that it was heard, and not dropped
    throw rejected("caller");
  }
  duplex.send(await signer.sign("owner", mine, theirs));
}

/**
 * Caller's side.
 *
 * @param steps of the event loop's time that the owner has for each of its answers
 * @returns false when the owner has dropped the caller unheard, as it does with the oldest of many
 * @throws {AuthenticationError} the owner did not prove itself, or not in time
 */
export async function respond(
  duplex: ByteStream,
  intake: HandshakeBuffer,
  key: Block,
  steps: number = ANSWER_STEPS,
): Promise<boolean> {
  const hello = await within(intake.read(MAGIC.length + CHALLENGE_BYTES), steps);
  if (hello === null) return unheard(intake);
  if (!MAGIC.every((byte, at) => byte === hello[at])) throw rejected("owner");
  const theirs = hello.subarray(MAGIC.length);
  const mine = crypto.getRandomValues(new Uint8Array(CHALLENGE_BYTES));
  const signer = await signerOf(key);
  duplex.send(concatBytes(mine, await signer.sign("caller", theirs, mine)));
  const proof = await within(intake.read(PROOF_BYTES, true), steps);
  if (proof === null) return unheard(intake);
  if (!await signer.verify("owner", theirs, mine, proof)) throw rejected("owner");
  return true;
}

function unheard(intake: HandshakeBuffer): false {
  if (intake.over) return false;
  throw rejected("owner"); // it is there, and silent
}

/** The error when a side of a connection did not prove itself. */
export function rejected(side: string): AuthenticationError {
  return new AuthenticationError(`Cannot open connection: the ${side} did not prove that it knows the key`);
}

/** Null when the stream ends before, or the time is over. */
async function within(bytes: Promise<Block | null>, steps: number): Promise<Block | null> {
  if (steps === Infinity) return await bytes;
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const clear = startSteppedDeadline(steps, () => resolve(null));
  const answer = await Promise.race([bytes, late]);
  clear();
  return answer;
}

interface Signer {
  sign(role: string, first: Uint8Array, second: Uint8Array): Promise<Block>;
  verify(role: string, first: Uint8Array, second: Uint8Array, proof: Block): Promise<boolean>;
}

async function signerOf(bytes: Block): Promise<Signer> {
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  // The role keeps a proof from being played back to the side that gave it.
  const said = (role: string, first: Uint8Array, second: Uint8Array) =>
    concatBytes(new TextEncoder().encode(role), first, second);
  return {
    async sign(role, first, second) {
      return new Uint8Array(await crypto.subtle.sign("HMAC", key, said(role, first, second)));
    },
    verify: (role, first, second, proof) => crypto.subtle.verify("HMAC", key, proof, said(role, first, second)),
  };
}

function concatBytes(...parts: Uint8Array[]): Block {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
