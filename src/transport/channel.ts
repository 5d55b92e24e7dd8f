/**
 * One authenticated connection as a stream of messages.
 *
 *     post ─► outbox ─(end of tick: one frame)─► Duplex ─► FrameReader ─► receiver
 *                ▲                                              │
 *                └────────────── credit, in bytes ◄─────────────┘
 *
 * Messages posted in one tick leave as one frame. A side that has sent more than
 * the window and got no credit keeps its messages until the other has dealt with
 * some. Knows no process and no pool.
 *
 * @module
 */
import { countArrival } from "../runtime/arrivals.ts";
import type { ByteSink, ByteStream } from "../runtime/network.ts";
import { ProtocolError } from "../errors.ts";
import { FrameReader, MAX_FRAME_BLOCKS, writeHead } from "./frame.ts";
import type { Block } from "../codec/graph.ts";
import type { ReceivedMessage } from "./check_message.ts";
import { creditMessage, type MessageText } from "./messages.ts";

/** How much may be on its way without credit. A single larger frame is sent when nothing else is on its way. */
const WINDOW_BYTES = 8 * 1024 * 1024;
/** A frame of this size takes no more messages, so that messages that wait for credit are sent in several frames. */
const FULL_FRAME_BYTES = 1024 * 1024;
const SCRATCH_BYTES = 65_536;
/** Parts up to this size are joined to their neighbours: one write instead of many. */
const MAX_JOINED_BYTES = 16_384;

/** Who gets the messages of a channel. */
export interface Receiver {
  /** @throws {ProtocolError} the message is malformed, which ends the connection: see `check_message.ts` */
  message(message: ReceivedMessage, blocks: Block[]): void;
  /** The connection ended: null when the other side closed it between two frames. Called once. */
  closed(fault: ProtocolError | null): void;
}

/** A frame to be. */
interface Sealed {
  readonly text: string;
  readonly blocks: Block[];
  readonly tellings: readonly (() => void)[];
}

export class Channel implements ByteSink {
  readonly #duplex: ByteStream;
  readonly #receiver: Receiver;
  readonly #reader: FrameReader;
  #outbox: MessageText[] = [];
  #blocks: Block[] = [];
  /** Size of what is in the outbox, about. */
  #volume = 0;
  /** Who is told when what is in the outbox is in the kernel's hands. */
  #tellings: (() => void)[] = [];
  /** Frames that are complete and wait for their turn. */
  readonly #sealed: Sealed[] = [];
  #emptied: (() => void)[] = [];
  #scheduled = false;
  #writing = false;
  /** A flush has left messages in the outbox, because a frame was being written. */
  #isFlushDue = false;
  #unacknowledged = 0;
  /** Bytes dealt with, for which no credit was given yet; and those for which it is to be given now. */
  #owed = 0;
  #due = 0;
  #over = false;
  readonly #scratch: Block = new Uint8Array(SCRATCH_BYTES);

  constructor(duplex: ByteStream, receiver: Receiver) {
    this.#duplex = duplex;
    this.#receiver = receiver;
    this.#reader = new FrameReader((text, blocks, size) => this.#frame(text, blocks, size));
  }

  /**
   * Queues a message, as the JSON text of one.
   *
   * @param blocks those that start at the base it names
   * @param tell called when it is in the kernel's hands, or the connection is over
   * @param idly it may wait for the next flush
   */
  post(text: MessageText, blocks?: readonly Block[], tell?: () => void, idly: boolean = false): void {
    if (this.#over) return tell?.();
    this.#outbox.push(text);
    if (tell !== undefined) this.#tellings.push(tell);
    this.#volume += text.length;
    if (blocks !== undefined) {
      for (const block of blocks) {
        this.#blocks.push(block);
        this.#volume += block.length;
      }
    }
    if (this.#volume >= FULL_FRAME_BYTES || this.#blocks.length >= MAX_FRAME_BLOCKS / 2) this.#seal();
    if (idly || this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.flush());
  }

  /** Where the blocks of the next message begin when it has `count` of them; 0 when it has none. */
  base(count: number): number {
    if (count === 0) return 0;
    if (this.#blocks.length + count > MAX_FRAME_BLOCKS) this.#seal();
    return this.#blocks.length;
  }

  /** Hands everything posted to the kernel, as far as credit reaches. */
  flush(): void {
    this.#scheduled = false;
    while (!this.#over && !this.#writing) {
      const frame = this.#next();
      if (frame === null) break;
      const { tellings } = frame;
      const written = this.#write(frame.text, frame.blocks);
      if (!(written instanceof Promise)) {
        for (const tell of tellings) tell();
        continue;
      }
      this.#writing = true;
      written.then(() => {
        this.#writing = false;
        for (const tell of tellings) tell();
        // What may wait for the next flush goes on waiting, and gathers.
        if (this.#isFlushDue || this.#sealed.length > 0 || this.#emptied.length > 0) this.flush();
      });
    }
    this.#isFlushDue = this.#writing && this.#outbox.length > 0;
    this.#drained();
  }

  /** The frame that may go now. Credit always may: two sides that waited for each other's would wait for good. */
  #next(): Sealed | null {
    if (this.#due > 0) {
      const text = `[${creditMessage(this.#due)}]`;
      this.#due = 0;
      return { text, blocks: [], tellings: [] };
    }
    if (this.#unacknowledged >= WINDOW_BYTES) return null; // #credit() flushes again
    if (this.#sealed.length === 0 && this.#outbox.length > 0) this.#seal();
    return this.#sealed.shift() ?? null;
  }

  #seal(): void {
    this.#sealed.push({ text: `[${this.#outbox.join(",")}]`, blocks: this.#blocks, tellings: this.#tellings });
    this.#tellings = [];
    this.#outbox = [];
    this.#blocks = [];
    this.#volume = 0;
  }

  #write(text: string, blocks: Block[]): Promise<void> | void {
    const head = writeHead(text, blocks, this.#scratch);
    if (blocks.length === 0) {
      this.#unacknowledged += head.length;
      return this.#duplex.send(head);
    }
    const size = blocks.reduce((sum, block) => sum + block.length, head.length);
    this.#unacknowledged += size;
    if (size <= MAX_JOINED_BYTES) return this.#duplex.send(joinBlocks([head, ...blocks], size));
    return (async () => {
      for (const piece of gathered(head, blocks)) await this.#duplex.send(piece);
    })();
  }

  /** Whether the connection is over. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether everything posted is in the kernel's hands. */
  get idle(): boolean {
    return !this.#writing && this.#outbox.length === 0 && this.#sealed.length === 0;
  }

  /** Settles when everything posted so far is in the kernel's hands, or the connection is over. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#emptied.push(resolve);
      this.flush();
      this.#drained();
    });
  }

  #drained(): void {
    if (this.#emptied.length === 0 || !this.idle && !this.#over) return;
    for (const resolve of this.#emptied.splice(0)) resolve();
  }

  space(): Uint8Array {
    // What comes after the end falls on what nobody reads any more: the reader may have no room left.
    return this.#over ? this.#scratch : this.#reader.space();
  }

  filled(count: number): void {
    if (this.#over) return;
    countArrival();
    try {
      this.#reader.filled(count);
    } catch (cause) {
      // Whatever a peer sends harms its own connection only.
      const fault = new ProtocolError("Cannot handle message: it is not what this side expects", { cause });
      this.#end(cause instanceof ProtocolError ? cause : fault);
    }
  }

  ended(): void {
    this.#end(this.#reader.midFrame ? new ProtocolError("Cannot read frame: the connection ended within it") : null);
  }

  #frame(text: string, blocks: Block[], size: number): void {
    let messages: ReceivedMessage[];
    try {
      messages = JSON.parse(text);
    } catch (cause) {
      throw new ProtocolError("Cannot read frame: it is no list of messages", { cause });
    }
    if (!Array.isArray(messages)) throw new ProtocolError("Cannot read frame: it is no list of messages");
    this.#owed += size;
    for (const message of messages) {
      if (this.#over) return;
      if (!Array.isArray(message)) throw new ProtocolError("Cannot read frame: it holds something that is no message");
      if (message[0] === "credit") this.#credit(message[1]);
      else this.#receiver.message(message, blocks);
    }
    // Credit for credit alone would never end: small frames are paid for in bulk.
    if (this.#owed < WINDOW_BYTES / 4) return;
    this.#due += this.#owed;
    this.#owed = 0;
    this.flush();
  }

  #credit(bytes: unknown): void {
    if (typeof bytes !== "number" || !(bytes >= 0)) {
      throw new ProtocolError("Cannot take credit: it is no number of bytes");
    }
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes);
    this.flush();
  }

  #end(fault: ProtocolError | null): void {
    if (this.#over) return;
    this.close();
    this.#receiver.closed(fault);
  }

  /** Idempotent. What was posted and not yet written is dropped: see {@linkcode drained}. */
  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#duplex.close();
    const untold = [...this.#sealed.flatMap(({ tellings }) => tellings), ...this.#tellings];
    this.#tellings = [];
    for (const tell of untold) tell();
    this.#drained();
  }

  ref(): void {
    this.#duplex.ref();
  }

  unref(): void {
    this.#duplex.unref();
  }
}

/** The parts of a frame, runs of small ones as one. */
function* gathered(head: Block, blocks: readonly Block[]): Generator<Block> {
  let run: Block[] = [head];
  let size = head.length;
  for (const block of blocks) {
    const isLarge = block.length > MAX_JOINED_BYTES;
    if (run.length > 0 && (isLarge || size + block.length > SCRATCH_BYTES)) {
      yield joinBlocks(run, size);
      run = [];
      size = 0;
    }
    if (isLarge) {
      yield block;
      continue;
    }
    run.push(block);
    size += block.length;
  }
  if (run.length > 0) yield joinBlocks(run, size);
}

function joinBlocks(parts: readonly Block[], size: number): Block {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
