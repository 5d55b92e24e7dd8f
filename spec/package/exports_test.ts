import * as mod from "../../mod.ts";
import { assert, assertEquals } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

const exported: Readonly<Record<string, unknown>> = mod;

const FAMILY = ["Process", "activeChildren", "currentProcess", "getpid", "getppid", "parentProcess"];
const FORK = ["fork", "processTable", "snapshot", "wait", "waitStatusToExitCode", "waitpid"];
const NAMING = ["freezeSupport", "inline", "registerError", "task"];
const POOL = ["AsyncResult", "Pool", "taskSignal"];
const LOCKS = ["Barrier", "BoundedSemaphore", "Condition", "Event", "Lock", "RLock", "Semaphore"];
const PIPES = ["Client", "Connection", "Listener", "Pipe", "connectionWait"];
const SHARED = ["JoinableQueue", "Queue", "SharedArray", "SharedMemory", "SimpleQueue", "Value"];
const ERRORS = [
  "AuthenticationError",
  "BootstrapError",
  "BrokenBarrierError",
  "BrokenPoolError",
  "BufferTooShort",
  "ClosedError",
  "ConnectError",
  "EOFError",
  "Empty",
  "ForkError",
  "Full",
  "LoadError",
  "NoChildError",
  "PoolTerminatedError",
  "ProcessError",
  "ProtocolError",
  "RemoteError",
  "SerializationError",
  "SpawnError",
  "StateError",
  "TargetError",
  "TimeoutError",
  "UnsupportedError",
  "WorkerLostError",
];
const TYPE_ERRORS = ["SerializationError", "TargetError"];

function assertFunctions(names: readonly string[]): void {
  assertEquals(names.filter((name) => typeof exported[name] !== "function"), []);
}

test("mod.ts exports Process and what a process knows of its family: activeChildren, currentProcess, getpid, getppid, parentProcess", () => {
  assertFunctions(FAMILY);
});

test("mod.ts exports cpuCount", () => {
  assertFunctions(["cpuCount"]);
});

test("mod.ts exports fork and what belongs to it: processTable, snapshot, wait, waitpid, waitStatusToExitCode", () => {
  assertFunctions(FORK);
});

test("mod.ts exports what names functions and error classes, and lets a compiled program find them: inline, task, registerError, freezeSupport", () => {
  assertFunctions(NAMING);
});

test("mod.ts exports Pool and what belongs to it: AsyncResult, taskSignal", () => {
  assertFunctions(POOL);
});

test("mod.ts exports what processes share: queues, values and memory", () => {
  assertFunctions(SHARED);
});

test("mod.ts exports what processes wait by: Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore", () => {
  assertFunctions(LOCKS);
});

test("mod.ts exports what processes talk by: Pipe, Connection, connectionWait, Listener, Client", () => {
  assertFunctions(PIPES);
});

test("mod.ts exports Manager", () => assertFunctions(["Manager"]));

test("mod.ts exports every error class, under the name that its errors have", () => {
  for (const name of ERRORS) {
    const ErrorClass = exported[name] as new (message: string, detail: object) => Error;
    const error = new ErrorClass("message", {});
    assert(error instanceof Error, `${name} is an error`);
    assertEquals([error.name, error.message], [name, "message"]);
  }
});

test("mod.ts exports nothing else", () => {
  assertEquals(
    Object.keys(exported).sort(),
    [...FAMILY, ...FORK, "cpuCount", ...NAMING, ...POOL, ...SHARED, ...LOCKS, ...PIPES, "Manager", ...ERRORS].sort(),
  );
});

test("mod.ts exports error classes that extend ProcessError, but for TargetError and SerializationError, which are TypeErrors", () => {
  for (const name of ERRORS) {
    const { prototype } = exported[name] as { prototype: Error };
    const isTypeError = prototype instanceof TypeError;
    assertEquals([name, isTypeError], [name, TYPE_ERRORS.includes(name)]);
    assertEquals([name, prototype instanceof mod.ProcessError], [name, !isTypeError && name !== "ProcessError"]);
  }
});

noLeaks();
