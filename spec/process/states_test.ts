import { StateError } from "../../mod.ts";
import { type ProcessEvent, ProcessLife } from "../../src/process/process_life.ts";
import { assertEquals, assertThrows } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** A life, and what gives its child an exit code. */
function life(state: "not started" | "this very process" = "not started"): { life: ProcessLife; end: () => void } {
  let exitCode: number | null = null;
  return {
    life: new ProcessLife(state, { name: () => "P-1", exitCode: () => exitCode }),
    end: () => void (exitCode = 0),
  };
}

test("ProcessLife goes from not started to started, to ended when an exit code is known, and to closed", () => {
  const { life: process, end } = life();
  const seen: string[] = [process.state];
  process.apply("start");
  seen.push(process.state);
  end();
  seen.push(process.state);
  for (let times = 0; times < 2; times++) {
    process.apply("close");
    seen.push(process.state);
  }
  assertEquals(seen, ["not started", "started", "ended", "closed", "closed"]);
});

test("ProcessLife refuses what cannot happen in its state with a StateError that names process, state and remedy", () => {
  const refused = (process: ProcessLife, event: ProcessEvent, message: string) =>
    assertThrows(() => process.apply(event), StateError, message);
  const { life: process, end } = life();
  process.apply("start");
  refused(process, "start", "Cannot start process P-1: it is started, make a new one");
  refused(process, "close", "Cannot close process P-1: it is started");
  end();
  refused(process, "start", "Cannot start process P-1: it is ended, make a new one");
  process.apply("close");
  refused(process, "start", "Cannot start process P-1: it is closed, make a new one");
  assertThrows(() => process.refuseUnusable("join"), StateError, "Cannot join process P-1: it is closed");
  assertThrows(() => life().life.check("join", "started"), StateError, "it is not started, call start() first");
});

test("ProcessLife of this very process can be closed and goes on, and cannot be started", () => {
  const { life: process } = life("this very process");
  process.apply("close");
  assertEquals(process.state, "this very process");
  assertThrows(() => process.apply("start"), StateError, "a process can only start, join and end its children");
});

noLeaks();
