/** Buffers and views with what every runtime must make of them: a part of `vectors.ts`. */
import type { Vector } from "./vectors.ts";

export const BINARY_VECTORS: readonly Vector[] = [
  {
    name: "an ArrayBuffer",
    value: () => new Uint8Array([1, 2, 3]).buffer,
    text: '[[0],[["b",0]]]',
    blocks: ["010203"],
  },
  {
    name: "an empty ArrayBuffer",
    value: () => new ArrayBuffer(0),
    text: '[[0],[["b",0]]]',
    blocks: [""],
  },
  {
    name: "a resizable ArrayBuffer",
    value: () => new ArrayBuffer(2, { maxByteLength: 8 }),
    text: '[[0],[["b",0,8]]]',
    blocks: ["0000"],
  },
  {
    name: "Uint8Array",
    value: () => Uint8Array.of(0, 127, 255),
    text: '[[0],[["t","Uint8Array",0]]]',
    blocks: ["007fff"],
  },
  {
    name: "Int8Array",
    value: () => Int8Array.of(-1, 1),
    text: '[[0],[["t","Int8Array",0]]]',
    blocks: ["ff01"],
  },
  {
    name: "Uint8ClampedArray",
    value: () => Uint8ClampedArray.of(300),
    text: '[[0],[["t","Uint8ClampedArray",0]]]',
    blocks: ["ff"],
  },
  {
    name: "Int16Array",
    value: () => Int16Array.of(-2),
    text: '[[0],[["t","Int16Array",0]]]',
    blocks: ["feff"],
  },
  {
    name: "Uint16Array",
    value: () => Uint16Array.of(258),
    text: '[[0],[["t","Uint16Array",0]]]',
    blocks: ["0201"],
  },
  {
    name: "Int32Array",
    value: () => Int32Array.of(-2),
    text: '[[0],[["t","Int32Array",0]]]',
    blocks: ["feffffff"],
  },
  {
    name: "Uint32Array",
    value: () => Uint32Array.of(2 ** 31),
    text: '[[0],[["t","Uint32Array",0]]]',
    blocks: ["00000080"],
  },
  {
    name: "Float32Array",
    value: () => Float32Array.of(0.5),
    text: '[[0],[["t","Float32Array",0]]]',
    blocks: ["0000003f"],
  },
  {
    name: "Float64Array",
    value: () => Float64Array.of(-0, NaN),
    text: '[[0],[["t","Float64Array",0]]]',
    blocks: ["0000000000000080000000000000f87f"],
  },
  {
    name: "BigInt64Array",
    value: () => BigInt64Array.of(-1n),
    text: '[[0],[["t","BigInt64Array",0]]]',
    blocks: ["ffffffffffffffff"],
  },
  {
    name: "BigUint64Array",
    value: () => BigUint64Array.of(258n),
    text: '[[0],[["t","BigUint64Array",0]]]',
    blocks: ["0201000000000000"],
  },
  {
    name: "a DataView",
    value: () => new DataView(Uint8Array.of(1, 2, 3).buffer, 1),
    text: '[[0],[["t","DataView",0]]]',
    blocks: ["0203"],
  },
  {
    name: "the viewed part of a larger buffer",
    value: () => new Uint8Array(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2),
    text: '[[0],[["t","Uint8Array",0]]]',
    blocks: ["0203"],
  },
  {
    name: "an array that holds one view twice and another",
    value: () => ((v) => [v, v, Uint8Array.of(2)])(Uint8Array.of(1)),
    text: '[[0],[["a",[1],[1],[2]],["t","Uint8Array",0],["t","Uint8Array",1]]]',
    blocks: ["01", "02"],
  },
  {
    name: "floats of single precision of all kinds",
    value: () => Float32Array.of(-0, NaN, Infinity, 1e-45),
    text: '[[0],[["t","Float32Array",0]]]',
    blocks: ["000000800000c07f0000807f01000000"],
  },
  {
    name: "doubles of all kinds",
    value: () => Float64Array.of(-0, -Infinity, 5e-324, 1 / 3),
    text: '[[0],[["t","Float64Array",0]]]',
    blocks: ["0000000000000080000000000000f0ff0100000000000000555555555555d53f"],
  },
  {
    name: "an empty view at the end of a buffer",
    value: () => new Uint16Array(new ArrayBuffer(4), 4),
    text: '[[0],[["t","Uint16Array",0]]]',
    blocks: [""],
  },
  {
    name: "two views of one buffer",
    value: () => ((b) => [new Uint8Array(b), new Uint16Array(b)])(Uint8Array.of(1, 2).buffer),
    text: '[[0],[["a",[1],[2]],["t","Uint8Array",0],["t","Uint16Array",1]]]',
    blocks: ["0102", "0102"],
  },
  {
    name: "a Float16Array",
    // deno-lint-ignore no-explicit-any
    value: () => new (globalThis as any).Float16Array([1.5, -0]),
    text: '[[0],[["t","Float16Array",0]]]',
    blocks: ["003e0080"],
  },
  {
    name: "views as a key and as a member",
    value: () => new Map<unknown, unknown>([[Uint8Array.of(1), new Set([Int8Array.of(-1)])]]),
    text: '[[0],[["m",[1],[2]],["t","Uint8Array",0],["s",[3]],["t","Int8Array",1]]]',
    blocks: ["01", "ff"],
  },
];
