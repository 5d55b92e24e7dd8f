/** Values of all kinds that cross as they are, the same for the same seed. */

/** Numbers below a limit, one after the other. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) % below;
  };
}

const STRINGS = ["", "a", "ż", "😀", "\ud800", "__proto__", '"\\\n', "x".repeat(40_000)];
const ATOMS = [undefined, null, true, false, NaN, -0, Infinity, -1.5, 2 ** 53, 12n, -(2n ** 70n)];
const KEYS = ["id", "name", "__proto__", "7", "a b", "constructor", "then"];

export class RandomValues {
  readonly #random: (below: number) => number;
  /** Containers made so far, some of which are used again. */
  readonly #made: object[] = [];

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
  }

  value(depth = 4): unknown {
    const kind = this.#random(depth === 0 ? 4 : 16);
    if (kind === 0) return this.#oneOf(ATOMS);
    if (kind < 3) return this.#random(1_000);
    if (kind === 3) return this.#oneOf(STRINGS);
    if (kind === 4 && this.#made.length > 0) return this.#oneOf(this.#made);
    return this.#container(kind, depth - 1);
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[this.#random(list.length)]!;
  }

  #container(kind: number, depth: number): object {
    const inner = () => this.value(depth);
    switch (kind) {
      case 5:
        return this.#keep(new Date(this.#random(2) === 0 ? NaN : this.#random(1e9)));
      case 6:
        return this.#fill(new Map(), (map) => map.set(inner(), inner()));
      case 7:
        return this.#fill(new Set(), (set) => set.add(inner()));
      case 8:
        return this.#keep(Float64Array.from({ length: this.#random(5) }, () => this.#random(9)));
      case 9:
        return this.#keep(Array.from({ length: 60 + this.#random(10) }, () => this.#random(9) - 0.5));
      case 10: {
        const list: unknown[] = this.#keep(new Array(this.#random(1_300)));
        for (let count = this.#random(400); count > 0; count--) list[this.#random(list.length + 1)] = this.value(0);
        if (this.#random(2) === 0 && list.length < 1_000) Object.assign(list, { named: inner() });
        return list;
      }
      case 11:
      case 12:
        return this.#rows(depth);
      case 13:
        return this.#fill([] as unknown[], (list) => list.push(inner()));
      default:
        return this.#fill({}, (object) => put(object, this.#oneOf(KEYS), inner()));
    }
  }

  /** Objects with the same keys, some of them seldom not the same. */
  #rows(depth: number): object[] {
    const keys = KEYS.filter(() => this.#random(2) === 0);
    const isNested = depth > 0 && this.#random(3) === 0;
    const columns = keys.map(() => this.#column(isNested ? 1 : 0));
    const count = 250 + this.#random(12);
    const rows = this.#keep([] as object[]);
    for (let at = 0; at < count; at++) {
      const row = {};
      keys.forEach((key, column) => put(row, key, columns[column]!(at)));
      rows.push(row);
    }
    if (this.#random(4) === 0) rows[this.#random(count)] = this.#oneOf(rows);
    if (this.#random(4) === 0) this.#keep(this.#oneOf(rows));
    if (this.#random(6) === 0) put(this.#oneOf(rows), "more", this.value(depth));
    if (this.#random(4) === 0 && keys.length > 0) {
      for (const row of rows) if (this.#random(9) === 0) put(row, keys[0]!, this.#oneOf(rows));
    }
    return rows;
  }

  /** What makes the values of one key. */
  #column(depth: number): (at: number) => unknown {
    switch (this.#random(7)) {
      case 0:
        return (at) => at / 2;
      case 1:
        return (at) => `n${at}`;
      case 2:
        return () => this.#oneOf(ATOMS);
      case 3:
        return (at) => [at, `n${at}`];
      case 4:
        return (at) => at % 2 === 0 ? null : `n${at}`;
      case 5: {
        const inner = depth > 0 ? this.#column(depth - 1) : (at: number) => at;
        return (at) => ({ at: inner(at), and: at });
      }
      default:
        return () => this.#random(30) === 0 ? this.value(0) : 5;
    }
  }

  #fill<T extends object>(container: T, add: (container: T) => void): T {
    this.#keep(container);
    for (let count = this.#random(6); count > 0; count--) add(container);
    return container;
  }

  #keep<T extends object>(container: T): T {
    this.#made.push(container);
    return container;
  }
}

function put(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
