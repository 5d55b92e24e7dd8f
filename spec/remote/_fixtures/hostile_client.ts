/** Clients that mean harm: strangers, who do not know the key, and intruders, who do and say what no caller says. */
import "../../../mod.ts";
import type { ByteStream } from "../../../src/runtime/network.ts";
import { HandshakeBuffer, respond } from "../../../src/transport/handshake.ts";
import { FrameReader } from "../../../src/transport/frame.ts";
import { deadline, until } from "../../_support/async.ts";
import { adapter, frame, Inbox } from "../../_support/sockets.ts";

/** An address and its key. */
export interface Place {
  address: string;
  key: string;
}

/** Somebody connected who says what they are told to, and keeps what they hear. */
export class Stranger {
  readonly duplex: ByteStream;
  readonly inbox: Inbox = new Inbox();

  private constructor(duplex: ByteStream) {
    this.duplex = duplex;
    duplex.receive(this.inbox);
  }

  static async at(address: string): Promise<Stranger> {
    return new Stranger(await adapter.connect(address));
  }

  async send(...parts: Uint8Array[]): Promise<void> {
    for (const part of parts) await this.duplex.send(part);
  }

  /** Waits until the owner drops them. */
  async dropped(): Promise<void> {
    await deadline(this.inbox.end(), 20_000, "the stranger's drop");
    this.duplex.close();
  }
}

/** Somebody who has the key, and writes messages by hand. */
export class Intruder {
  readonly duplex: ByteStream;
  readonly heard: unknown[][] = [];
  over = false;

  private constructor(duplex: ByteStream) {
    this.duplex = duplex;
  }

  /** Proves that it knows the key, and asks for the shared objects. */
  static async at({ address, key }: Place): Promise<Intruder> {
    const duplex = await adapter.connect(address);
    const intake = new HandshakeBuffer();
    duplex.receive(intake);
    await respond(duplex, intake, Uint8Array.fromHex(key), Infinity);
    const intruder = new Intruder(duplex);
    const reader = new FrameReader((text) => intruder.heard.push(...JSON.parse(text) as unknown[][]));
    intake.handOver({
      space: () => reader.space(),
      filled: (count) => reader.filled(count),
      ended: () => intruder.over = true,
    });
    await intruder.say(["hello", "objects"]);
    return intruder;
  }

  /** One frame of messages. */
  async say(...messages: unknown[]): Promise<void> {
    await this.duplex.send(frame(JSON.stringify(messages)));
  }

  /** Bytes as they are. */
  async send(...parts: Uint8Array[]): Promise<void> {
    for (const part of parts) await this.duplex.send(part);
  }

  /** The first message of that type and number, once it has come. */
  async answer(type: string, number: number): Promise<unknown[]> {
    const find = () => this.heard.find((message) => message[0] === type && message[1] === number);
    await until(() => find() !== undefined || this.over, `the answer to ${number}`, 20_000);
    const found = find();
    if (found === undefined) throw new Error(`the connection has ended before ${type} ${number}`);
    return found;
  }

  /** Waits until the owner ends the connection. */
  async dropped(what: string = "the intruder"): Promise<void> {
    await until(() => this.over, `the end of the connection of ${what}`, 20_000);
    this.duplex.close();
  }
}

/** The first bytes of a frame: how long its text is, how many blocks it has, and how long these are. */
export function header(text: number, blocks: number, lengths: readonly number[] = []): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(8 + 8 * lengths.length));
  view.setUint32(0, text, true);
  view.setUint32(4, blocks, true);
  lengths.forEach((length, at) => view.setFloat64(8 + 8 * at, length, true));
  return new Uint8Array(view.buffer);
}

/** Bytes that mean nothing. */
export function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}
