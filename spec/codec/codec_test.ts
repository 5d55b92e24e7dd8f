import { Buffer } from "node:buffer";
import { cpSync } from "node:fs";
import { ProtocolError, RemoteError, SerializationError, TimeoutError } from "../../mod.ts";
import { decode, decodeText, encode } from "../../src/codec/codec.ts";
import { VECTORS } from "../_support/vectors.ts";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "../_support/assert.ts";
import { scratch } from "../_support/folder.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Vectors that the runtimes' own comparison does not get to the end of. */
const ENDLESS = ["a cycle through an array, a map and a set", "an error that is its own cause"];

function roundTrip(value: unknown): unknown {
  const { text, blocks } = encode(value, "value");
  return decodeText(text, blocks.map((block) => block.slice()));
}

let copy: string | null = null;

/** URL of another copy of the library. */
function copyOfLibrary(): string {
  if (copy !== null) return copy;
  const folder = scratch();
  const root = new URL("../../", import.meta.url);
  for (const part of ["mod.ts", "src", "adapters"]) {
    cpSync(new URL(part, root), `${folder}/${part}`, { recursive: true });
  }
  return copy = new URL(`file://${folder}/mod.ts`).href;
}

/** Encodes a value that cannot cross and gives the path. */
function refusedAt(value: unknown, what = "value"): string {
  const error = assertThrows(() => encode(value, what), SerializationError);
  assert(error.message.includes(error.path), error.message);
  return error.path;
}

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

test("encode() gives for every vector its text and its blocks, byte for byte", () => {
  for (const { name, value, text, blocks } of VECTORS) {
    const encoded = encode(value(), "value");
    assertEquals(encoded.text, text, name);
    assertEquals(encoded.blocks.map((block) => block.toHex()), blocks, name);
  }
  assert(VECTORS.length > 60);
});

test("decodeText() gives for every vector a value equal to the one that was encoded, or to what it says arrives", () => {
  for (const { name, value, arrives, text, blocks } of VECTORS) {
    if (ENDLESS.includes(name)) continue; // see the next case
    assertEquals(decodeText(text, blocks.map(bytes)), (arrives ?? value)(), name);
  }
});

test("decodeText() gives for every vector what is encoded to the same again", () => {
  for (const { name, arrives, text, blocks } of VECTORS) {
    if (arrives !== undefined) continue;
    const again = encode(decodeText(text, blocks.map(bytes)), "value");
    assertEquals([again.text, again.blocks.map((block) => block.toHex())], [text, blocks], name);
  }
});

test("encode() copies: later changes of value and buffers do not show", () => {
  const value = { list: [1], bytes: Uint8Array.of(1), numbers: new Array(100).fill(1) };
  const { text, blocks } = encode(value, "value");
  value.list.push(2);
  value.bytes[0] = 9;
  value.numbers[0] = 9;
  assertEquals(decodeText(text, blocks), { list: [1], bytes: Uint8Array.of(1), numbers: new Array(100).fill(1) });
});

test("encode() sends only the viewed part of a view", () => {
  const { blocks } = encode(new Float64Array(new ArrayBuffer(1_000_000), 800, 2), "value");
  assertEquals(blocks.map((block) => block.length), [16]);
});

test("encode() sends a Node Buffer as a Uint8Array", () => {
  const given = roundTrip(Buffer.from("añ"));
  assertEquals(Object.getPrototypeOf(given), Uint8Array.prototype);
  assertEquals(new TextDecoder().decode(given as Uint8Array), "añ");
});

test("encode() sends an instance of a class as a plain object of its own enumerable fields, as structuredClone does", () => {
  class Account {
    #secret = 1;
    owner = "ann";
    static bank = "b";
    get secret(): number {
      return this.#secret;
    }
  }
  const given = roundTrip({ account: new Account() }) as { account: object };
  assertEquals(given, { account: { owner: "ann" } });
  assertEquals(Object.getPrototypeOf(given.account), Object.prototype);
  assertEquals(given, structuredClone({ account: new Account() }) as unknown);
});

test("encode() reads a getter's value and leaves out what is not enumerable or has a symbol as its key", () => {
  const value = Object.defineProperty(
    {
      get now() {
        return 5;
      },
      [Symbol("s")]: 1,
    },
    "hidden",
    { value: 1 },
  );
  assertEquals(roundTrip(value), { now: 5 });
  assertEquals(roundTrip([undefined, value]), [undefined, { now: 5 }]);
});

test("encode() keeps parts shared that were shared, and cycles closed", () => {
  const part = { n: 1 };
  const view = Uint8Array.of(1);
  const value: Record<string, unknown> = { a: part, b: [part, new Map([[part, part]])], views: [view, view] };
  value.self = value;
  const given = roundTrip(value) as { a: object; b: [object, Map<object, object>]; views: object[]; self: object };
  assertStrictEquals(given.self, given);
  assertStrictEquals(given.b[0], given.a);
  assertEquals([...given.b[1]][0]!.every((one) => one === given.a), true);
  assertStrictEquals(given.views[0], given.views[1]);
});

test("encode() keeps what an error holds of itself and of others", () => {
  const shared = { n: 1 };
  const error = Object.assign(new Error("m"), { shared, list: [] as unknown[] });
  error.list.push(error, shared);
  const given = roundTrip({ error, shared }) as { error: typeof error; shared: object };
  assertStrictEquals(given.error.list[0], given.error);
  assertStrictEquals(given.error.shared, given.shared);
});

test("encode() keeps the stack of an error", () => {
  const error = new TypeError("m");
  assertEquals((roundTrip(error) as Error).stack, error.stack);
  class Own extends Error {}
  const own = new Own("m");
  const given = roundTrip(own);
  assertInstanceOf(given, RemoteError);
  assertEquals([given.remoteStack, given.stack], [own.stack, own.stack]);
});

test("encode() keeps the own properties of an error, also those that are not enumerable, and leaves out of them what cannot cross, at any depth", () => {
  const request: Record<string, unknown> = { on() {}, host: "h", worker: new WeakMap() };
  request.self = request;
  const error = Object.assign(new Error("failed"), {
    config: {
      url: "http://h/",
      transforms: [() => 1, "trim"],
      retry: new Map<unknown, unknown>([["f", () => 1], ["n", 2]]),
    },
    response: { status: 504, request, headers: new Headers() },
  });
  Object.defineProperty(error, "broken", {
    enumerable: true,
    get: () => {
      throw new Error("unreadable");
    },
  });
  Object.defineProperty(error, "secret", { value: { code: 7, act() {} }, enumerable: false });
  const given = roundTrip(error) as typeof error & { secret: unknown };
  assertEquals(
    given.config,
    {
      url: "http://h/",
      transforms: [undefined, "trim"],
      retry: new Map([["n", 2]]),
    } as unknown as typeof error.config,
  );
  assertEquals(Object.keys(given.response), ["status", "request"]);
  assertEquals(Object.keys(given.response.request), ["host", "self"]);
  assertStrictEquals(given.response.request.self, given.response.request);
  assertEquals(given.secret, { code: 7 });
  assertEquals(Object.keys(given), ["config", "response"]);
});

test("encode() refuses what cannot cross although an error holds it as well", () => {
  const shared = { inner: { act() {} } };
  const error = Object.assign(new Error("m"), { shared });
  assertEquals(refusedAt({ error, late: { later: { shared } } }), "value.error.shared.inner.act");
  assertEquals(refusedAt({ shared, error }), "value.shared.inner.act");
});

test("encode() keeps values of Temporal with their calendar and time zone, where the runtime has it", () => {
  // deno-lint-ignore no-explicit-any
  const { Temporal } = globalThis as any;
  if (Temporal === undefined) return;
  const made = [
    Temporal.PlainDate.from("2026-03-01[u-ca=japanese]"),
    Temporal.PlainDateTime.from("2026-03-01T01:02:03.000000004"),
    Temporal.PlainTime.from("01:02:03.5"),
    Temporal.PlainYearMonth.from("2026-03"),
    Temporal.PlainMonthDay.from("02-29"),
    Temporal.Instant.from("2026-03-01T00:00:00.000000001Z"),
    Temporal.ZonedDateTime.from("1883-11-18T12:00:00.5-05:00[America/New_York][u-ca=hebrew]"),
    Temporal.Duration.from({ hours: 1, milliseconds: 1_500, nanoseconds: 3 }),
  ];
  const given = roundTrip({ made, again: made[0] }) as { made: { constructor: unknown }[]; again: object };
  assertEquals(given.made.map(String), made.map(String));
  assertEquals(given.made.map((value) => value.constructor), made.map((value) => value.constructor));
  assertEquals((given.made.at(-1) as unknown as { milliseconds: number }).milliseconds, 1_500);
  assertStrictEquals(given.again, given.made[0]!);
});

test("encode() takes values of any depth", () => {
  let list: unknown[] = [];
  for (let n = 0; n < 100_000; n++) list = [list];
  let given = roundTrip(list) as unknown[];
  let depth = 0;
  while (given.length > 0) {
    given = given[0] as unknown[];
    depth++;
  }
  assertEquals(depth, 100_000);
  let error = new Error("0");
  for (let n = 1; n < 1_000; n++) error = new Error(`${n}`, { cause: error });
  let last = roundTrip(error) as Error;
  while (last.cause !== undefined) last = last.cause as Error;
  assertEquals(last.message, "0");
});

test("encode() takes values of any width", () => {
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n % 3 ? n : undefined]));
  assertEquals(roundTrip(wide), wide);
  const map = new Map(Array.from({ length: 100_000 }, (_, n) => [n, { n }]));
  assertEquals((roundTrip(map) as typeof map).get(99_999), { n: 99_999 });
});

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
    "args[0]: a Queue of another copy of the library cannot cross",
    "args[0]: a Lock of another copy of the library cannot cross",
    "args[0]: a Process of another copy of the library cannot cross",
  ];
  assertEquals({ code, lines: stdout.trim().split("\n"), stderr }, { code: 0, lines: refused, stderr: "" });
});

test("encode() keeps the class of an error of another copy of the library", async () => {
  const other = await import(copyOfLibrary());
  const given = roundTrip(new other.TimeoutError("late", 5)) as TimeoutError;
  assertInstanceOf(given, TimeoutError);
  assertEquals([given.message, given.timeout], ["late", 5]);
  class StateError extends Error {}
  assertInstanceOf(roundTrip(new StateError("mine")), RemoteError);
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

test("decodeText() never touches a prototype, whatever it reads", () => {
  const hostile = [
    '[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]',
    '[[0],[["o","__proto__",[1],"constructor",[1]],["o","polluted",1]]]',
    '[[0],[["A",1,"__proto__",[1]],["o","polluted",1]]]',
    '[[0],[["e","Error",1,"Error","m","s",[],[],["__proto__",[1]]],["o","polluted",1]]]',
    '[[0],[["e","__proto__",1,"Error","m","s",[],[],[]]]]',
    '[[0],[["e","constructor",0,"x","m","s",[],[],["constructor",1]]]]',
  ];
  for (const text of hostile) {
    const value = decodeText(text, []) as object;
    assert(!("polluted" in {}), text);
    assert(!("polluted" in value), `${text}: its prototype was replaced`);
  }
});

test("decodeText() throws a ProtocolError when the table is malformed", () => {
  const malformed = [
    "[[1],[]]",
    "[[0],[]]",
    '[[0.5],[["o"]]]',
    "[[-99],[]]",
    '[[0],[["?"]]]',
    '[[0],[["toString"]]]',
    "[[0],[[]]]",
    "[[0],[7]]",
    "[[0],[null]]",
    "[[0],7]",
    "[[0],null]",
    '[[0],[["a",[5]]]]',
    '[[0],[["a",[]]]]',
    '[[0],[["a",{"x":1}]]]',
    '[["zz"],[]]',
    '[[0],[["t","Function",0]]]',
    '[[0],[["t","Float64Array",1]]]',
    '[[0],[["b",9]]]',
    '[[0],[["b","x"]]]',
    '[[0],[["S",4]]]',
    '[[0],[["f",4]]]',
    '[[0],[["f",1]]]',
    '[[0],[["r","(","g",0]]]',
    '[[0],[["r","a","zz",0]]]',
    '[[0],[["u","no url"]]]',
    '[[0],[["e"]]]',
    '[[0],[["e","Error",1,"Error","m","s",7,[],[]]]]',
    '[[0],[["e","Error",1,"Error","m","s",[],[],7]]]',
    '[[0],[["A",-1]]]',
    '[[0],[["A",4294967296]]]',
    "[1,2,3]",
    "[1,2,1]",
    "[[0],[],1]",
    "[[0],[7],1]",
    "[[3],[[1]],1]",
    "[[-1],[[1]],1]",
    "[[0],[[[0],[[1]],1]],1]",
    "7",
  ];
  const passed = malformed.filter((text) => {
    try {
      decodeText(text, [Uint8Array.of(1), Uint8Array.of(1, 2, 3)]);
      return true;
    } catch (error) {
      return !(error instanceof ProtocolError);
    }
  });
  assertEquals(passed, []);
});

/** The parsed text again and again, each time with one part replaced. */
function* mutations(text: string): Generator<string> {
  const others = ["null", "-1", "1e308", "0.5", '"x"', "[]", "{}", "[[]]", "[0]", "true", '{"length":-1}'];
  for (const part of text.matchAll(/"(?:\\.|[^"\\])*"|-?\d[\d.e+-]*|true|null|\[\]|\{\}/g)) {
    for (const other of others) yield text.slice(0, part.index) + other + text.slice(part.index + part[0].length);
  }
}

test("decodeText() throws a ProtocolError and nothing else, or gives a value, when a text is torn or a part of it is of another type", () => {
  const handle = JSON.stringify([[0], [["h", ["Queue", "1", ["tcp:127.0.0.1:8", "00"]]]]]);
  const temporal = ['[[0],[["T","PlainDate","2026-03-01"]]]', '[[0],[["T","ZonedDateTime","5","UTC","iso8601"]]]'];
  const texts = [...VECTORS.map(({ text }) => text), handle, ...temporal].filter((text) => text.length < 600);
  let count = 0;
  for (const text of texts) {
    const torn = Array.from({ length: text.length }, (_, at) => text.slice(0, at));
    for (const hostile of [...torn, ...mutations(text)]) {
      count++;
      try {
        decodeText(hostile, [Uint8Array.of(1), Uint8Array.of(1, 2, 3)]);
      } catch (error) {
        assertInstanceOf(error, ProtocolError, hostile);
      }
    }
  }
  assert(count > 10_000);
  const deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
  const large = [deep, `[[0],[["o","a",${deep}]]]`, `[[0],[["d",${deep}]]]`, `[["${"9".repeat(1_000_000)}"],[]]`];
  for (const text of large) {
    try {
      decodeText(text, []);
    } catch (error) {
      assertInstanceOf(error, ProtocolError, text.slice(0, 50));
    }
  }
});

test("decode() gives the buffer of a block itself when the block has it for its own", () => {
  const block = new Uint8Array(1_000);
  const view = decode([[0], [["t", "Uint8Array", 0]]], [block]) as Uint8Array;
  assertStrictEquals(view.buffer, block.buffer);
  const part = new Uint8Array(new ArrayBuffer(100), 10, 5);
  assertEquals((decode([[0], [["b", 0]]], [part]) as ArrayBuffer).byteLength, 5);
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
