/** Real connections of the runtime under test, and what is seen at their ends. */
import { detect } from "../../adapters/mod.ts";
import type { ByteSink, ByteStream } from "../../src/runtime/network.ts";
import { FrameReader, writeHead } from "../../src/transport/frame.ts";

export const adapter = await detect().self.network();

/** Both ends of one connection. */
export async function pair(): Promise<{ near: ByteStream; far: ByteStream } & Disposable> {
  const listener = await adapter.listen();
  const { promise, resolve } = Promise.withResolvers<ByteStream>();
  listener.accept(resolve);
  const near = await adapter.connect(listener.address);
  const far = await promise;
  return {
    near,
    far,
    [Symbol.dispose]() {
      near.close();
      far.close();
      listener.close();
    },
  };
}

/** Keeps what arrives. */
export class Inbox implements ByteSink {
  #bytes = new Uint8Array(0);
  #space = new Uint8Array(65_536);
  #wake: (() => void)[] = [];
  over = false;

  space(): Uint8Array {
    return this.#space;
  }

  filled(count: number): void {
    this.#bytes = joined(this.#bytes, this.#space.subarray(0, count));
    this.#rouse();
  }

  ended(): void {
    this.over = true;
    this.#rouse();
  }

  #rouse(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** All bytes so far, once there are so many or the connection has ended. */
  async bytes(count: number): Promise<Uint8Array> {
    while (this.#bytes.length < count && !this.over) await new Promise<void>((resolve) => this.#wake.push(resolve));
    return this.#bytes;
  }

  async end(): Promise<void> {
    while (!this.over) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }
}

/** Reads frames and does nothing about them: gives no credit. */
export class Frames implements ByteSink {
  readonly frames: { text: string; sizes: number[] }[] = [];
  size = 0;
  over = false;
  readonly #reader: FrameReader = new FrameReader((text, blocks, size) => {
    this.frames.push({ text, sizes: blocks.map((block) => block.length) });
    this.size += size;
  });

  space(): Uint8Array {
    return this.#reader.space();
  }

  filled(count: number): void {
    this.#reader.filled(count);
  }

  ended(): void {
    this.over = true;
  }
}

/** One frame as bytes. */
export function frame(text: string, blocks: Uint8Array<ArrayBuffer>[] = []): Uint8Array<ArrayBuffer> {
  return joined(writeHead(text, blocks, new Uint8Array(0)), ...blocks);
}

export function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
