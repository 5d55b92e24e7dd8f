/** Snapshots of values of every kind, told by the process itself and by a fork of it. */
import { isDeepStrictEqual } from "node:util";
import { fork, snapshot } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/replay_tell.ts";
import { delay } from "../../_support/async.ts";

/** Fork children run all of this again, up to the fork. */
const cases: Record<string, () => Promise<unknown[]>> = {
  async kinds() {
    const value = snapshot(kinds);
    const later = await snapshot(() => Promise.resolve(kinds()));
    const { cycle, twice } = value;
    return [
      isDeepStrictEqual(value, kinds()),
      isDeepStrictEqual(later, kinds()),
      cycle.self === cycle,
      twice[0] === twice[1],
      value.map.get("list"),
    ];
  },

  // deno-lint-ignore require-await
  async nothing() {
    return [snapshot(() => {}) === undefined, snapshot(() => null), Object.is(snapshot(() => -0), -0)];
  },

  // deno-lint-ignore require-await
  async large() {
    const { numbers, bytes, text } = snapshot(() => ({
      numbers: Array.from({ length: 400_000 }, (_, at) => at / 2),
      bytes: new Uint8Array(3 * 2 ** 20).map((_, at) => at % 251),
      text: "ä".repeat(2 ** 20),
    }));
    return [numbers.length, numbers.at(-1), bytes.length, bytes.at(-1), text.length, text.at(-1)];
  },

  // deno-lint-ignore require-await
  async loop() {
    const values: number[] = [];
    for (let round = 0; round < 5; round++) values.push(snapshot(Math.random));
    return [values, new Set(values).size];
  },

  async together() {
    const order: number[] = [];
    /** For each the one that it comes after: the second is the first. */
    const turns = [2, -1, 1];
    const ended = turns.map(() => Promise.withResolvers<void>());
    const values = await Promise.all(turns.map(async (before, at) => {
      const value = await snapshot(async () => {
        await ended[before]?.promise;
        await delay(5);
        ended[at]!.resolve();
        return Math.random();
      });
      order.push(at);
      return value;
    }));
    return [values, order];
  },

  async thenables() {
    type Callback = (value?: unknown) => void;
    const thenable = async (then: (resolve: Callback, reject: Callback) => void) => {
      try {
        return await snapshot(() => ({ then })) ?? "nothing";
      } catch (error) {
        return String(error);
      }
    };
    const never = thenable(() => {}); // pending still at the fork
    return [
      typeof await thenable((resolve) => resolve(Math.random())),
      await thenable((resolve) => resolve()),
      await thenable((resolve) => [1, 2].forEach(resolve)),
      await thenable((_, reject) => reject(new RangeError("refused"))),
      await thenable(() => {
        throw new RangeError("thrown");
      }),
      await Promise.race([never, delay(20).then(() => "pending")]),
    ];
  },
};

function kinds() {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const part = { n: 1 };
  return {
    nothing: undefined,
    zero: -0,
    none: NaN,
    big: -(2n ** 70n),
    date: new Date(86_400_000),
    map: new Map<unknown, unknown>([["list", [1, 2]], [3, new Map()]]),
    set: new Set(["a", 2n]),
    bytes: new Uint8Array([1, 2, 255]),
    floats: new Float64Array([0.5, -1]),
    buffer: new Uint16Array([7, 8]).buffer,
    pattern: /a+/gi,
    text: "ä\u0000",
    cycle,
    twice: [part, part],
  };
}

const facts: Record<string, unknown[]> = {};
for (const [name, act] of Object.entries(cases)) facts[name] = await act();
tell(fork() === 0 ? "child" : "parent", facts);
await reap();
