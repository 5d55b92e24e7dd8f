/**
 * The library's error classes by name, and the mark by which another copy of the
 * library in the same program knows them.
 *
 * @module
 */
import {
  AuthenticationError,
  BootstrapError,
  BrokenBarrierError,
  BrokenPoolError,
  BufferTooShort,
  ClosedError,
  ConnectError,
  Empty,
  EOFError,
  ForkError,
  Full,
  LoadError,
  NoChildError,
  PoolTerminatedError,
  ProcessError,
  ProtocolError,
  SerializationError,
  SpawnError,
  StateError,
  TargetError,
  TimeoutError,
  UnsupportedError,
  WorkerLostError,
} from "./errors.ts";

/** The library's classes by name: an error of one of them is revived as what it was. */
export const ERROR_CLASSES: ReadonlyMap<string, { prototype: Error }> = new Map<string, { prototype: Error }>(
  [
    ProcessError,
    SpawnError,
    BootstrapError,
    ForkError,
    LoadError,
    NoChildError,
    TargetError,
    SerializationError,
    StateError,
    ClosedError,
    TimeoutError,
    Full,
    Empty,
    EOFError,
    BrokenBarrierError,
    BufferTooShort,
    WorkerLostError,
    PoolTerminatedError,
    BrokenPoolError,
    AuthenticationError,
    ConnectError,
    ProtocolError,
    UnsupportedError,
  ].map((errorClass) => [errorClass.name, errorClass]),
);

/** Marks what belongs to the library: another copy of it in the same program knows it by this. */
export const LIBRARY: unique symbol = Symbol.for("@brood/multiprocessing");

for (const { prototype } of ERROR_CLASSES.values()) Object.defineProperty(prototype, LIBRARY, { value: "an error" });
