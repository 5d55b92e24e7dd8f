/** Registered classes and functions: what they are made with, and what their methods take and give. */
import type { Manager, Remote } from "../../mod.ts";
import { is } from "./targets.ts";

declare const manager: Manager;
declare class Counter {
  constructor(start: number, name?: string);
  add(n: number): Promise<number>;
  value(): number;
}
declare function makeCounter(start: number): Counter;
declare function makeLater(start: number): Promise<Counter>;

is<Remote<Counter>>()(manager.create<Counter>("Counter", 1, "a"));
is<Remote<Counter>>()(manager.create<typeof Counter>("Counter", 1));
is<Remote<Counter>>()(manager.create<typeof makeCounter>("makeCounter", 1));
is<Remote<Counter>>()(manager.create<typeof makeLater>("makeLater", 1));
const counter = manager.create<typeof Counter>("Counter", 1, "a");
is<Promise<number>>()(counter.add(1));
is<Promise<number>>()(counter.value());
manager.create("Counter", 1, 2);

// @ts-expect-error Expected 2-3 arguments, but got 1.
manager.create<typeof Counter>("Counter");
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'.
manager.create<typeof Counter>("Counter", "a");
// @ts-expect-error Expected 2 arguments, but got 1.
manager.create<typeof makeLater>("makeLater");
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'.
counter.add("x");
// @ts-expect-error Property 'ad' does not exist on type 'Remote<Counter>'.
counter.ad(1);
