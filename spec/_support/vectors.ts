/**
 * Values with what every runtime must make of them: the text, the blocks as hexadecimal digits, and what arrives
 * when that is not equal to what was sent.
 */
import { BINARY_VECTORS } from "./binary_vectors.ts";
import { COLUMN_VECTORS } from "./column_vectors.ts";
import { EDGE_VECTORS } from "./edge_vectors.ts";
import { ERROR_VECTORS } from "./error_vectors.ts";

export interface Vector {
  name: string;
  value(): unknown;
  arrives?(): unknown;
  text: string;
  blocks: string[];
}

class Point {
  constructor(readonly x: number, readonly y: number | undefined) {}
  get sum(): number {
    return this.x + (this.y ?? 0);
  }
}

export const VECTORS: readonly Vector[] = [
  {
    name: "undefined",
    value: () => undefined,
    text: "[]",
    blocks: [],
  },
  {
    name: "null",
    value: () => null,
    text: "[null]",
    blocks: [],
  },
  {
    name: "true",
    value: () => true,
    text: "[true]",
    blocks: [],
  },
  {
    name: "zero",
    value: () => 0,
    text: "[0]",
    blocks: [],
  },
  {
    name: "a fraction",
    value: () => -1.5,
    text: "[-1.5]",
    blocks: [],
  },
  {
    name: "a large number",
    value: () => 1e21,
    text: "[1e+21]",
    blocks: [],
  },
  {
    name: "minus zero",
    value: () => -0,
    text: "[[-5],[]]",
    blocks: [],
  },
  {
    name: "NaN",
    value: () => NaN,
    text: "[[-2],[]]",
    blocks: [],
  },
  {
    name: "Infinity",
    value: () => Infinity,
    text: "[[-3],[]]",
    blocks: [],
  },
  {
    name: "minus Infinity",
    value: () => -Infinity,
    text: "[[-4],[]]",
    blocks: [],
  },
  {
    name: "the empty string",
    value: () => "",
    text: '[""]',
    blocks: [],
  },
  {
    name: "a string of all kinds",
    value: () => 'q" \\ \n \u0000 é 😀',
    text: '["q\\" \\\\ \\n \\u0000 é 😀"]',
    blocks: [],
  },
  {
    name: "a lone surrogate",
    value: () => "\ud83d",
    text: '["\\ud83d"]',
    blocks: [],
  },
  {
    name: "a lone surrogate in an object with undefined",
    value: () => ({ a: "\udc00!", b: undefined }),
    text: '[[0],[["o","a","\\udc00!","b",[-1]]]]',
    blocks: [],
  },
  {
    name: "a bigint",
    value: () => 12n,
    text: '[["12"],[]]',
    blocks: [],
  },
  {
    name: "a bigint below any number",
    value: () => -(2n ** 80n),
    text: '[["-1208925819614629174706176"],[]]',
    blocks: [],
  },
  {
    name: "the empty array",
    value: () => [],
    text: "[[]]",
    blocks: [],
  },
  {
    name: "a plain array",
    value: () => [1, "a", null, [true]],
    text: '[[1,"a",null,[true]]]',
    blocks: [],
  },
  {
    name: "a plain object",
    value: () => ({ a: { b: [1, {}] }, "c d": "e" }),
    text: '[{"a":{"b":[1,{}]},"c d":"e"}]',
    blocks: [],
  },
  {
    name: "keys that look like numbers",
    value: () => ({ b: 1, 2: 2, 1: 1 }),
    text: '[{"1":1,"2":2,"b":1}]',
    blocks: [],
  },
  {
    name: "undefined inside",
    value: () => [undefined, { a: undefined }],
    text: '[[0],[["a",[-1],[1]],["o","a",[-1]]]]',
    blocks: [],
  },
  {
    name: "atoms inside",
    value: () => [-0, NaN, Infinity, -Infinity],
    text: '[[0],[["a",[-5],[-2],[-3],[-4]]]]',
    blocks: [],
  },
  {
    name: "holes",
    value: () => [1, , 3],
    text: '[[0],[["a",1,[-6],3]]]',
    blocks: [],
  },
  {
    name: "a long array with few items",
    value: () => Object.assign(new Array(1000), { 3: "x" }),
    text: '[[0],[["A",1000,"3","x"]]]',
    blocks: [],
  },
  {
    name: "an array with a named property",
    value: () => Object.assign([1], { more: 2 }),
    text: '[[0],[["A",1,"0",1,"more",2]]]',
    blocks: [],
  },
  {
    name: "63 numbers",
    value: () => new Array(63).fill(1),
    text: `[[${"1,".repeat(62)}1]]`,
    blocks: [],
  },
  {
    name: "64 numbers",
    value: () => new Array(64).fill(1),
    text: '[[0],[["f",0]]]',
    blocks: ["000000000000f03f".repeat(64)],
  },
  {
    name: "64 numbers of all kinds",
    value: () => [NaN, -0, Infinity, 0.1, ...new Array(60).fill(0)],
    text: '[[0],[["f",0]]]',
    blocks: ["000000000000f87f0000000000000080000000000000f07f9a9999999999b93f" + "00".repeat(480)],
  },
  {
    name: "64 items that are not all numbers",
    value: () => ["x", ...new Array(63).fill(1)],
    text: `[["x",${"1,".repeat(62)}1]]`,
    blocks: [],
  },
  {
    name: "a part that is met twice",
    value: () => ((part) => [part, part])({ a: 1 }),
    text: '[[0],[["a",[1],[1]],["o","a",1]]]',
    blocks: [],
  },
  {
    name: "an object that holds itself",
    value: () => ((o) => Object.assign(o, { o }))({} as object),
    text: '[[0],[["o","o",[0]]]]',
    blocks: [],
  },
  {
    name: "a cycle through an array, a map and a set",
    value: () => ((a, m, s) => (a.push(m), m.set("s", s), s.add(a), a))([] as unknown[], new Map(), new Set()),
    text: '[[0],[["a",[1]],["m","s",[2]],["s",[0]]]]',
    blocks: [],
  },
  {
    name: "a date",
    value: () => new Date(86_400_000),
    text: '[[0],[["d",86400000]]]',
    blocks: [],
  },
  {
    name: "an invalid date",
    value: () => new Date(NaN),
    text: '[[0],[["d"]]]',
    blocks: [],
  },
  {
    name: "a regular expression",
    value: () => Object.assign(/a"\/b/giu, { lastIndex: 2 }),
    text: '[[0],[["r","a\\"\\\\/b","giu",2]]]',
    blocks: [],
  },
  {
    name: "a map",
    value: () => new Map<unknown, unknown>([["a", 1], [{ k: 1 }, [2]], [NaN, undefined]]),
    text: '[[0],[["m","a",1,[1],[2],[-2],[-1]],["o","k",1],["a",2]]]',
    blocks: [],
  },
  {
    name: "a set",
    value: () => new Set([1, "a", new Map([[1, 2]])]),
    text: '[[0],[["s",1,"a",[1]],["m",1,2]]]',
    blocks: [],
  },
  {
    name: "an empty map and an empty set",
    value: () => [new Map(), new Set()],
    text: '[[0],[["a",[1],[2]],["m"],["s"]]]',
    blocks: [],
  },
  {
    name: "boxed primitives",
    value: () => [Object("s"), Object(1.5), Object(-0), Object(false), Object(12n)],
    text: '[[0],[["a",[1],[2],[3],[4],[5]],["p","s"],["p",1.5],["p",[-5]],["p",false],["p",["12"]]]]',
    blocks: [],
  },
  {
    name: "a URL",
    value: () => [new URL("http://h/p?q#f")],
    text: '[[0],[["a",[1]],["u","http://h/p?q#f"]]]',
    blocks: [],
  },
  {
    name: "a string of 32 768 units",
    value: () => "x".repeat(32_768),
    text: '[[0],[["S",0]]]',
    blocks: ["78".repeat(32_768)],
  },
  {
    name: "an own property named __proto__",
    value: () => JSON.parse('{"__proto__": {"polluted": 1}}'),
    text: '[{"__proto__":{"polluted":1}}]',
    blocks: [],
  },
  {
    name: "an own property named __proto__ beside undefined",
    value: () => Object.assign(JSON.parse('{"__proto__": {"polluted": 1}}'), { u: undefined }),
    text: '[[0],[["o","__proto__",[1],"u",[-1]],["o","polluted",1]]]',
    blocks: [],
  },
  {
    name: "an object without prototype",
    value: () => Object.assign(Object.create(null), { a: 1 }),
    arrives: () => ({ a: 1 }),
    text: '[{"a":1}]',
    blocks: [],
  },
  {
    name: "an instance of a class",
    value: () => new Point(1, 2),
    arrives: () => ({ x: 1, y: 2 }),
    text: '[[0],[["o","x",1,"y",2]]]',
    blocks: [],
  },
  {
    name: "an instance of a class with undefined",
    value: () => new Point(1, undefined),
    arrives: () => ({ x: 1, y: undefined }),
    text: '[[0],[["o","x",1,"y",[-1]]]]',
    blocks: [],
  },
  {
    name: "an instance of a subclass of Map",
    value: () => new (class Register extends Map<number, number> {})([[1, 2]]),
    arrives: () => new Map([[1, 2]]),
    text: '[[0],[["m",1,2]]]',
    blocks: [],
  },
  ...BINARY_VECTORS,
  ...COLUMN_VECTORS,
  ...EDGE_VECTORS,
  ...ERROR_VECTORS,
];
