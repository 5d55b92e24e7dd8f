import { SerializationError } from "../../mod.ts";
import { encode } from "../../src/codec/codec.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { copyOfLibrary, refusedAt, roundTrip } from "./_fixtures/encoding.ts";

test("encode() throws a SerializationError with the path when it meets a function or a symbol", () => {
  assertEquals(refusedAt(() => 1), "value");
  assertEquals(refusedAt({ a: [1, { callback() {} }] }, "args"), "args.a[1].callback");
  assertEquals(refusedAt([Symbol("s")]), "value[0]");
  assertEquals(refusedAt({ "not a name": class {} }), 'value["not a name"]');
  assertEquals(refusedAt(new Map<unknown, unknown>([["k", 1], ["f", () => 1]])), 'value.get("f")');
  assertEquals(refusedAt(new Map([[() => 1, 1]])), "value.keys()[0]");
  assertEquals(refusedAt(new Set([1, Symbol("s")])), "value.values()[1]");
});

test("encode() throws a SerializationError with the path when it meets what belongs to its process", async () => {
  const made: Record<string, unknown> = {
    weakMap: new WeakMap(),
    weakSet: new WeakSet(),
    weakRef: new WeakRef({}),
    promise: Promise.resolve(1),
    generator: (function* () {})(),
    asyncGenerator: (async function* () {})(),
    iterator: [1].values(),
    mapIterator: new Map().entries(),
    stream: new ReadableStream(),
    writable: new WritableStream(),
    blob: new Blob(["x"]),
    signal: new AbortController().signal,
    controller: new AbortController(),
    request: new Request("http://h/"),
    response: new Response("x"),
    headers: new Headers(),
    form: new FormData(),
    channel: new MessageChannel(),
    event: new Event("e"),
    encoder: new TextEncoder(),
    shared: new SharedArrayBuffer(8),
    sharedView: new Uint8Array(new SharedArrayBuffer(8)),
    proxy: new Proxy({}, {
      ownKeys: () => {
        throw new Error("no keys");
      },
    }),
  };
  for (const [key, value] of Object.entries(made)) assertEquals(refusedAt({ [key]: value }), `value.${key}`);
  await Promise.resolve();
});

test("encode() throws a SerializationError with the path and the class when it meets an object of the runtime that would arrive without what it holds", async () => {
  const { createHash, createSecretKey } = await import("node:crypto");
  const { EventEmitter } = await import("node:events");
  const { Socket } = await import("node:net");
  const { Readable } = await import("node:stream");
  class Quote extends Request {
    symbol = "X";
  }
  const made: Record<string, unknown> = {
    NumberFormat: new Intl.NumberFormat("de"),
    Locale: new Intl.Locale("de-CH"),
    Segmenter: new Intl.Segmenter("de"),
    Memory: new WebAssembly.Memory({ initial: 1 }),
    Request: new Quote("http://h/"),
    URLSearchParams: new URLSearchParams("a=b"),
    Math,
    Hash: createHash("sha256"),
    SecretKeyObject: createSecretKey(new Uint8Array(16)),
    EventEmitter: new EventEmitter(),
    Socket: new Socket(),
    Readable: new Readable(),
    Ledger: new (class Ledger {
      file = "ledger.db";
      [Symbol.dispose](): void {}
    })(),
  };
  for (const [name, value] of Object.entries(made)) {
    const error = assertThrows(() => encode({ part: [value] }, "value"), SerializationError, name);
    assertEquals(error.path, "value.part[0]");
  }
});

test("encode() throws a SerializationError with the path and the class when it meets an instance without public fields", () => {
  class Account {
    #secret = 1;
    get secret(): number {
      return this.#secret;
    }
  }
  const error = assertThrows(() => encode([{ account: new Account() }], "args"), SerializationError, "an Account");
  assertEquals(error.path, "args[0].account");
  assertEquals(refusedAt(new (class extends Account {})()), "value");
  assertEquals(
    roundTrip([Object.create(null), {}, Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true } })]),
    [
      {},
      {},
      { own: 1 },
    ],
  );
});

test("encode() takes an instance of a class of the user's for what it is, whatever its name, its tag, and where it is kept", () => {
  const made: object[] = [
    new (class Request {
      url = "u";
    })(),
    new (class Promise {
      state = "s";
    })(),
    new (class {
      rows = 1;
      get [Symbol.toStringTag](): string {
        return "Row Iterator";
      }
    })(),
    { [Symbol.toStringTag]: "Generator", n: 1 },
    { constructor: { name: "Map" }, n: 1 },
    Object.assign(new (class Emitter extends EventTarget {})(), { n: 1 }),
  ];
  assertEquals(roundTrip(made), made.map((value) => Object.fromEntries(Object.entries(value))));
  class Reading {
    celsius = 20;
  }
  Object.assign(globalThis, { Reading });
  try {
    assertEquals(roundTrip({ at: new Reading(), u: undefined }), { at: { celsius: 20 }, u: undefined });
  } finally {
    Reflect.deleteProperty(globalThis, "Reading");
  }
  class Bytes extends Uint8Array<ArrayBuffer> {
    override get [Symbol.toStringTag](): never {
      return "Bytes" as never;
    }
  }
  assertEquals(roundTrip(new Bytes(Uint8Array.of(1, 2).buffer)), Uint8Array.of(1, 2));
});

test("encode() throws a SerializationError that names it when it meets a shared object of another copy of the library", async () => {
  const { code, stdout, stderr } = await run("codec/_programs/two_copies.ts", { args: [copyOfLibrary()] });
  const refused = [
    "args[0]: a Queue of another copy of the library cannot cross, import the library from one place only",
    "args[0]: a Lock of another copy of the library cannot cross, import the library from one place only",
    "args[0]: a Process of another copy of the library cannot cross, import the library from one place only",
  ];
  assertEquals({ code, lines: stdout.trim().split("\n"), stderr }, { code: 0, lines: refused, stderr: "" });
});

test("encode() throws a SerializationError with the path and the cause when a getter throws", () => {
  const thrown = new RangeError("unreadable");
  const value = {
    list: [{
      get inside() {
        throw thrown;
      },
    }],
  };
  const error = assertThrows(() => encode(value, "value"), SerializationError);
  assertEquals(error.path, "value.list[0].inside");
  assertStrictEquals(error.cause, thrown);
});

test("encode() throws a SerializationError with the path when a buffer is detached", () => {
  const view = new Uint8Array(8);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  assertEquals(refusedAt({ view }), "value.view");
  assertEquals(refusedAt([view.buffer]), "value[0]");
});

test("encode() throws a SerializationError when the text would be larger than one message can be", () => {
  const error = assertThrows(
    () => encode(new Array(9_000).fill("é".repeat(32_000)), "args"),
    SerializationError,
    "larger",
  );
  assertEquals(error.path, "args");
});

noLeaks();
