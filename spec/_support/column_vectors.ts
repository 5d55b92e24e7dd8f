/** Long lists of objects with the same keys, and what every runtime must make of them: a part of `vectors.ts`. */
import { numbers } from "./numbers.ts";
import type { Vector } from "./vectors.ts";

/** The least of rows that is written by columns. */
const COUNT = 256;
const ALL = numbers(COUNT);

function rows<R>(make: (n: number) => R): R[] {
  return ALL.map(make);
}

/** A block of 64-bit floats as hexadecimal digits. */
function floats(values: number[]): string {
  return new Uint8Array(new Float64Array(values).buffer).toHex();
}

const NAMES = JSON.stringify(rows((n) => `n${n}`));

export const COLUMN_VECTORS: readonly Vector[] = [
  {
    name: "255 objects with the same keys",
    value: () => rows((id) => ({ id })).slice(1),
    text: `[${JSON.stringify(rows((id) => ({ id })).slice(1))}]`,
    blocks: [],
  },
  {
    name: "256 objects with the same keys",
    value: () => rows((id) => ({ id, name: `n${id}` })),
    text: `[[0],[["c",["id","name"],["f",0],["j",${NAMES}]]]]`,
    blocks: [floats(ALL)],
  },
  {
    name: "256 objects with the same keys in another order",
    value: () => rows((n) => n === 200 ? { b: 1, a: n } : { a: n, b: 1 }),
    text: `[${JSON.stringify(rows((n) => n === 200 ? { b: 1, a: n } : { a: n, b: 1 }))}]`,
    blocks: [],
  },
  {
    name: "numbers of all kinds in columns",
    value: () => rows((n) => ({ x: n === 0 ? NaN : n === 1 ? -0 : n === 2 ? Infinity : n / 2 })),
    text: '[[0],[["c",["x"],["f",0]]]]',
    blocks: [floats(rows((n) => n === 0 ? NaN : n === 1 ? -0 : n === 2 ? Infinity : n / 2))],
  },
  {
    name: "objects and arrays in columns",
    value: () => rows((n) => ({ at: { x: n, y: `n${n}` }, tags: ["a", n] })),
    text: `[[0],[["c",["at","tags"],["c",["x","y"],["f",0],["j",${NAMES}]],["j",${
      JSON.stringify(rows((n) => ["a", n]))
    }]]]]`,
    blocks: [floats(ALL)],
  },
  {
    name: "columns of what JSON has not",
    value: () => rows((n) => ({ when: new Date(n), maybe: n % 2 ? undefined : `n${n}` })),
    text: `[[0],[["c",["when","maybe"],["s",${JSON.stringify(rows((n) => [n + 1]))}],["s",${
      JSON.stringify(rows((n) => n % 2 ? [-1] : `n${n}`))
    }]],${ALL.map((n) => `["d",${n}]`)}]]`,
    blocks: [],
  },
  {
    name: "rows in a plain value",
    value: () => ({ title: "t", plain: { list: [1] }, rows: rows((id) => ({ id })) }),
    text: '[[0],[["o","title","t","plain",[1],"rows",[2]],["j",{"list":[1]}],["c",["id"],["f",0]]]]',
    blocks: [floats(ALL)],
  },
  {
    name: "rows that refer to each other",
    value() {
      const list: { id: number; next?: unknown }[] = rows((id) => ({ id, next: null }));
      list.forEach((row, at) => row.next = list[(at + 1) % COUNT]);
      return list;
    },
    text: `[[0],[["c",["id","next"],["f",0],["s",${JSON.stringify(rows((n) => [(n + 1) % COUNT, 1]))}]]]]`,
    blocks: [floats(ALL)],
  },
  {
    name: "a row that stands twice",
    value: () => ((row) => rows((n) => n < 2 ? row : { a: n }))({ a: -1 }),
    text: `[[0],[["a",[1],[1]${ALL.slice(2).map((n) => `,[${n}]`).join("")}],["o","a",-1]${
      ALL.slice(2).map((n) => `,["o","a",${n}]`).join("")
    }]]`,
    blocks: [],
  },
  {
    name: "rows with a key named __proto__",
    value: () => rows((n) => JSON.parse(`{"__proto__":"n${n}"}`)),
    text: `[[0],[["c",["__proto__"],["j",${NAMES}]]]]`,
    blocks: [],
  },
];
