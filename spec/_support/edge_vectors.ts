/** What is seldom met, and what every runtime must make of it: a part of `vectors.ts`. */
import type { Vector } from "./vectors.ts";

export const EDGE_VECTORS: readonly Vector[] = [
  {
    name: "a large bigint beside a small one",
    value: () => [2n ** 64n, 0n, -1n],
    text: '[[0],[["a",["18446744073709551616"],["0"],["-1"]]]]',
    blocks: [],
  },
  {
    name: "numbers at the limits",
    value: () => [Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, Number.MAX_VALUE, 0.1 + 0.2, 1e-7, 123456789012345680000],
    text: "[[9007199254740991,5e-324,1.7976931348623157e+308,0.30000000000000004,1e-7,123456789012345680000]]",
    blocks: [],
  },
  {
    name: "lone surrogates as keys and beside pairs",
    value: () => ({ "\ud83d": "\udc00\ud83d", "😀": "\ud83d\ude00" }),
    text: '[{"\\ud83d":"\\udc00\\ud83d","\ud83d\ude00":"\ud83d\ude00"}]',
    blocks: [],
  },
  {
    name: "lone surrogates in a map and a set",
    value: () => new Map<unknown, unknown>([["\udfff", new Set(["\ud800"])]]),
    text: '[[0],[["m","\\udfff",[1]],["s","\\ud800"]]]',
    blocks: [],
  },
  {
    name: "separators of lines and signs without a form",
    value: () => "\u2028\u2029\u007f\ufeff",
    text: '["\u2028\u2029\u007f\ufeff"]',
    blocks: [],
  },
  {
    name: "a date before the epoch, and the last",
    value: () => [new Date(-1), new Date(8.64e15)],
    text: '[[0],[["a",[1],[2]],["d",-1],["d",8640000000000000]]]',
    blocks: [],
  },
  {
    name: "a map with keys that JSON has not",
    value: () => new Map<unknown, unknown>([[-0, -0], [undefined, null], [12n, NaN], [new Date(0), 1]]),
    text: '[[0],[["m",0,[-5],[-1],null,["12"],[-2],[1],1],["d",0]]]',
    blocks: [],
  },
  {
    name: "a regular expression with seven flags",
    value: () => /[\p{L}]/dgimsuy,
    text: '[[0],[["r","[\\\\p{L}]","dgimsuy",0]]]',
    blocks: [],
  },
  {
    name: "an object in a list of 64 numbers",
    value: () => [{}, ...new Array(64).fill(-0)],
    text: `[[0],[["a",[1],${new Array(64).fill("[-5]")}],["o"]]]`,
    blocks: [],
  },
  {
    name: "a part within a map within a cycle",
    value: () => ((o) => (o.map = new Map([[o, [o]]]), o))({} as Record<string, unknown>),
    text: '[[0],[["o","map",[1]],["m",[0],[2]],["a",[0]]]]',
    blocks: [],
  },
  {
    name: "instances of subclasses",
    value: () => [
      new (class A extends Array<number> {})(1, 2, 3),
      new (class D extends Date {})(5),
      new (class S extends Set<number> {})([1]),
    ],
    arrives: () => [[1, 2, 3], new Date(5), new Set([1])],
    text: '[[0],[["a",[1],[2],[3]],["a",1,2,3],["d",5],["s",1]]]',
    blocks: [],
  },
  {
    name: "an object with a property named then, toJSON and length",
    value: () => ({ then: 1, toJSON: 2, length: 3, constructor: 4 }),
    text: '[{"then":1,"toJSON":2,"length":3,"constructor":4}]',
    blocks: [],
  },
];
