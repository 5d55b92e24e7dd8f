import { ProtocolError } from "../../mod.ts";
import { decode, encode } from "../../src/codec/codec.ts";
import { VECTORS } from "../_support/vectors.ts";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "../_support/assert.ts";
import { decodeText } from "../_support/decode_text.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** Vectors that the runtimes' own comparison does not get to the end of. */
const ENDLESS = [
  "rows that refer to each other",
  "a cycle through an array, a map and a set",
  "an error that is its own cause",
];

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

test("decode() gives for every vector a value equal to the one that was encoded, or to what it says arrives", () => {
  for (const { name, value, arrives, text, blocks } of VECTORS) {
    if (ENDLESS.includes(name)) continue; // see the next case
    assertEquals(decodeText(text, blocks.map(bytes)), (arrives ?? value)(), name);
  }
});

test("decode() gives for every vector what is encoded to the same again", () => {
  for (const { name, arrives, text, blocks } of VECTORS) {
    if (arrives !== undefined) continue;
    const again = encode(decodeText(text, blocks.map(bytes)), "value");
    assertEquals([again.text, again.blocks.map((block) => block.toHex())], [text, blocks], name);
  }
});

test("decode() never touches a prototype, whatever it reads", () => {
  const hostile = [
    '[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]',
    '[[0],[["o","__proto__",[1],"constructor",[1]],["o","polluted",1]]]',
    '[[0],[["A",1,"__proto__",[1]],["o","polluted",1]]]',
    '[[0],[["e","Error",1,"Error","m","s",[],[],["__proto__",[1]]],["o","polluted",1]]]',
    '[[0,1],[["c",["__proto__"],["s",[[1]]]],["o","polluted",1]]]',
    '[[0,1],[["c",["__proto__","a"],["j",[{"polluted":1}]],["j",[1]]]]]',
    '[[0],[["e","__proto__",1,"Error","m","s",[],[],[]]]]',
    '[[0],[["e","constructor",0,"x","m","s",[],[],["constructor",1]]]]',
  ];
  for (const text of hostile) {
    const value = decodeText(text, []) as object;
    assert(!("polluted" in {}), text);
    assert(!("polluted" in value), `${text}: its prototype was replaced`);
  }
});

test("decode() throws a ProtocolError when the table is malformed", () => {
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
    '[[0],[["o","a",[-6]]]]',
    '[[0],[["s",[-6]]]]',
    '[[0],[["a",[1],[2]],["b",0],["b",0]]]',
    '[[0],[["c"]]]',
    '[[0],[["c",[]]]]',
    '[[0],[["c",["a"]]]]',
    '[[0],[["c",["a"],["j",[1]],["j",[1]]]]]',
    '[[0],[["c",["a","b"],["j",[1]],["j",[1,2]]]]]',
    '[[0],[["c",["a","b"],["c",["x"],["j",[1]]],["j",[]]]]]',
    '[[0],[["c",[1],["j",[1]]]]]',
    '[[0],[["c","ab",["j",[1]],["j",[1]]]]]',
    '[[0],[["c",["a"],["f",1]]]]',
    '[[0],[["c",["a"],["f",-1]]]]',
    '[[0],[["c",["a"],["x",[1]]]]]',
    '[[0],[["c",["a"],[1]]]]',
    '[[0],[["c",["a"],["j",{"length":3}]]]]',
    '[[0],[["c",["a"],["j","abc"]]]]',
    '[[0],[["c",["a"],["s",[[7]]]]]]',
    '[[0],[["c",["a"],["s",[[1,1]]]]]]',
    '[[0],[["a",[-1,1]],["c",["a"],["j",[1]]]]]',
    '[[0],[["a",[0.5,1]],["c",["a"],["j",[1]]]]]',
    '[[0],[["a",["length",1]],["c",["a"],["j",[1]]]]]',
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

test("parsePayload() and decode() throw a ProtocolError and nothing else, or give a value, when a text is torn or a part of it is of another type", () => {
  const handle = JSON.stringify([[0], [["h", ["Queue", "1", ["tcp:127.0.0.1:8", "00"]]]]]);
  const rows = [
    '[[0],[["c",["id","name"],["c",["x"],["s",[[1],[0,1]]]],["j",["a",null]]],["o","row",[3,1]]]]',
    '[[0],[["a",[1],[2]],["j",{"a":[1]}],["c",["id"],["f",0]]]]',
  ];
  const temporal = ['[[0],[["T","PlainDate","2026-03-01"]]]', '[[0],[["T","ZonedDateTime","5","UTC","iso8601"]]]'];
  const texts = [...VECTORS.map(({ text }) => text), handle, ...rows, ...temporal].filter((text) => text.length < 600);
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

noLeaks();
