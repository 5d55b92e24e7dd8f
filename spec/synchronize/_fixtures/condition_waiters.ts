import type { Condition } from "../../../mod.ts";
import { Puppet } from "./lock_puppet.ts";

/** Waiters in processes of their own, in this order. */
export async function waiters(condition: Condition, count: number) {
  const stack = new AsyncDisposableStack();
  const waiting = [];
  for (let place = 0; place < count; place++) {
    const puppet = stack.use(new Puppet(condition));
    await puppet.call("acquire");
    const { outcome, cancel } = await puppet.begin("wait");
    const state = { puppet, outcome, cancel, isOver: false };
    void outcome.finally(() => state.isOver = true).catch(() => {});
    waiting.push(state);
  }
  return { waiting, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

export async function notify(condition: Condition, n?: number): Promise<void> {
  await using _ = await condition.hold();
  await (n === undefined ? condition.notifyAll() : condition.notify(n));
}
