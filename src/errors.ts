/**
 * Every error class of the library, and nothing else. Messages say the act, the
 * state and the remedy: `Cannot join process: it was not started, call start() first`.
 *
 * @module
 */
import { placeHere } from "./error_stack.ts";

/** Base of the library's own errors. Never thrown itself. */
export class ProcessError extends Error {
  /** Name of the class. */
  override name = "ProcessError";

  /** Made by the library. */
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    if (!(this instanceof RemoteError)) placeHere(this); // that one has a stack from elsewhere
  }
}

/** The runtime could not start a child process; `cause` is what the runtime said. */
export class SpawnError extends ProcessError {
  /** Name of the class. */
  override name = "SpawnError";
  /** The program and arguments that were to be started. */
  readonly command: readonly string[];

  /** Made by the library. */
  constructor(message: string, command: readonly string[], cause?: unknown) {
    super(message, { cause });
    this.command = command;
  }
}

/** A child cannot be booted: the main guard is missing, or the main module cannot be imported again. */
export class BootstrapError extends ProcessError {
  /** Name of the class. */
  override name = "BootstrapError";
}

/** A fork cannot be made here, or a forked child did not reach its fork point. */
export class ForkError extends ProcessError {
  /** Name of the class. */
  override name = "ForkError";
}

/** A part of the library could not be loaded: descriptors are short, or its files are gone; `cause` is what the runtime said. */
export class LoadError extends ProcessError {
  /** Name of the class. */
  override name = "LoadError";
}

/** There is no child to wait for: none at all, or its status was taken. */
export class NoChildError extends ProcessError {
  /** Name of the class. */
  override name = "NoChildError";
}

/** A function cannot be named for another process; `target` is its name. */
export class TargetError extends TypeError {
  /** Name of the class. */
  override name = "TargetError";
  /** Name of the function, or `"(anonymous)"`. */
  readonly target: string;

  /** Made by the library. */
  constructor(message: string, target: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    placeHere(this);
    this.target = target;
  }
}

/** A value cannot cross to another process; `path` says where in the value, as in `args[1].callback`. */
export class SerializationError extends TypeError {
  /** Name of the class. */
  override name = "SerializationError";
  /** Path of the offending part, in JavaScript's notation. */
  readonly path: string;

  /** Made by the library. */
  constructor(message: string, path: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    placeHere(this);
    this.path = path;
  }
}

/** The act is not allowed in the object's present state. */
export class StateError extends ProcessError {
  /** Name of the class. */
  override name = "StateError";
  /** The state that forbids the act, such as `"started"` or `"closed"`. */
  readonly state: string;

  /** Made by the library. */
  constructor(message: string, state: string) {
    super(message);
    this.state = state;
  }
}

/** A pool, queue, pipe or manager was used after it was closed. */
export class ClosedError extends StateError {
  /** Name of the class. */
  override name = "ClosedError";
  /** What could not be delivered, when there was something. */
  readonly value?: unknown;

  /** Made by the library. */
  constructor(message: string, value?: unknown) {
    super(message, "closed");
    this.value = value;
  }
}

/** A bounded wait, or a task, ran out of time; `timeout` is the bound in milliseconds. */
export class TimeoutError extends ProcessError {
  /** Name of the class. */
  override name = "TimeoutError";
  /** The bound that was reached, in milliseconds. */
  readonly timeout: number;

  /** Made by the library. */
  constructor(message: string, timeout: number) {
    super(message);
    this.timeout = timeout;
  }
}

/** A bounded queue, or a pool with `maxQueue`, has no room. */
export class Full extends ProcessError {
  /** Name of the class. */
  override name = "Full";
}

/** A queue had nothing to give in time. */
export class Empty extends ProcessError {
  /** Name of the class. */
  override name = "Empty";
}

/** The other end of a connection is gone, and nothing is left that it sent. */
export class EOFError extends ProcessError {
  /** Name of the class. */
  override name = "EOFError";
}

/** A barrier is broken: a wait at it timed out, was aborted or died, or somebody called `abort()` or `reset()`. */
export class BrokenBarrierError extends ProcessError {
  /** Name of the class. */
  override name = "BrokenBarrierError";
}

/** A message was longer than `maxLength`; `message` of Python's class is here `bytes`: all that came. */
export class BufferTooShort extends ProcessError {
  /** Name of the class. */
  override name = "BufferTooShort";
  /** The whole message. */
  readonly bytes: Uint8Array;

  /** Made by the library. */
  constructor(message: string, bytes: Uint8Array) {
    super(message);
    this.bytes = bytes;
  }
}

/** What a {@linkcode WorkerLostError} says about the worker. */
export interface WorkerLoss {
  /** Its process id. */
  pid: number;
  /** Its exit code, −N when signal N killed it, null when unknown. */
  exitCode: number | null;
  /** The signal that killed it, or null. */
  signal: string | null;
  /** Name of the function that it was running. */
  task: string;
}

/** A pool worker died under the task; the task may have run in part. */
export class WorkerLostError extends ProcessError {
  /** Name of the class. */
  override name = "WorkerLostError";
  /** Process id of the worker that died. */
  readonly pid: number;
  /** Its exit code, −N when signal N killed it, null when unknown. */
  readonly exitCode: number | null;
  /** The signal that killed it, or null. */
  readonly signal: string | null;
  /** Name of the function that it was running. */
  readonly task: string;

  /** Made by the library. */
  constructor(message: string, loss: WorkerLoss) {
    super(message);
    this.pid = loss.pid;
    this.exitCode = loss.exitCode;
    this.signal = loss.signal;
    this.task = loss.task;
  }
}

/** The pool was terminated with the task outstanding. */
export class PoolTerminatedError extends ProcessError {
  /** Name of the class. */
  override name = "PoolTerminatedError";
}

/** Workers keep failing to start; `cause` is the first failure. */
export class BrokenPoolError extends ProcessError {
  /** Name of the class. */
  override name = "BrokenPoolError";
}

/** The other side did not prove that it knows the key. */
export class AuthenticationError extends ProcessError {
  /** Name of the class. */
  override name = "AuthenticationError";
}

/** Nobody answers at `address`, or the one who did is gone. */
export class ConnectError extends ProcessError {
  /** Name of the class. */
  override name = "ConnectError";
  /** The address that was tried. */
  readonly address: string;

  /** Made by the library. */
  constructor(message: string, address: string, cause?: unknown) {
    super(message, { cause });
    this.address = address;
  }
}

/** A peer sent bytes that are no frame, or a message that nobody expects. */
export class ProtocolError extends ProcessError {
  /** Name of the class. */
  override name = "ProtocolError";
}

/** The runtime lacks something optional; `feature` names it, the message says what to do. */
export class UnsupportedError extends ProcessError {
  /** Name of the class. */
  override name = "UnsupportedError";
  /** What is missing. */
  readonly feature: string;

  /** Made by the library. */
  constructor(message: string, feature: string) {
    super(message);
    this.feature = feature;
  }
}

/**
 * An error of a class that this process does not know, under its own name; and
 * the `cause` that carries the remote stack of an error whose class it does know.
 */
export class RemoteError extends ProcessError {
  /** Name of the class. */
  override name = "RemoteError";
  /** Name of the error where it was thrown. */
  declare readonly remoteName: string;
  /** Stack of the error where it was thrown. */
  declare readonly remoteStack: string;

  /** Made by the library. */
  constructor(message: string, remoteName: string, remoteStack: string, options?: ErrorOptions) {
    super(message, options);
    // Not shown with the error: they stand in its name and its stack already.
    Object.defineProperty(this, "remoteName", { value: remoteName });
    Object.defineProperty(this, "remoteStack", { value: remoteStack });
  }
}
