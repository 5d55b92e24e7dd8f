/** Snapshots that fail, told by the process itself and by a fork of it. */
import { fork, SerializationError, snapshot } from "../../../mod.ts";
import { reap, tell } from "../_fixtures/replay_tell.ts";

function describe(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return { thrown };
  const { name, message, stack, cause, ...own } = thrown as Error & Record<string, unknown>;
  const Class = [SerializationError, TypeError, RangeError].find((each) => thrown instanceof each)?.name;
  const isPlaced = stack?.includes("snapshot_errors.ts");
  return { Class, name, message, isPlaced, cause: (cause as Error | undefined)?.message, own };
}

async function caught(act: () => unknown): Promise<unknown> {
  let promise: unknown;
  try {
    promise = act();
  } catch (error) {
    return ["threw", describe(error)];
  }
  try {
    return ["gave", await promise];
  } catch (error) {
    return ["rejected", describe(error)];
  }
}

function fail(): never {
  throw Object.assign(new TypeError("no such thing", { cause: new Error("deeper") }), { code: "E_THING", at: [1, 2] });
}

const cases: Record<string, (() => unknown)[]> = {
  uncopied: [
    () => snapshot(() => ({ list: [1, { callback: () => {} }] })),
    () => snapshot(() => Promise.resolve({ list: [1, Symbol("s")] })),
    () => snapshot(() => () => {}),
  ],
  thrown: [
    () => snapshot(fail),
    () =>
      snapshot(() => {
        throw { reason: "none", left: 3 };
      }),
    () =>
      snapshot(() => {
        throw "a text";
      }),
  ],
  rejected: [
    () =>
      snapshot(async () => {
        await null;
        fail();
      }),
    () => snapshot(() => Promise.reject(7)),
  ],
};

const facts: Record<string, unknown[]> = {};
for (const [name, acts] of Object.entries(cases)) {
  facts[name] = [];
  for (const act of acts) facts[name].push(await caught(act));
}
tell(fork() === 0 ? "child" : "parent", facts);
await reap();
