/** Functions that workers run: a fault strikes their process at one exact step of a task. */
import process from "node:process";
import { writeFileSync } from "node:fs";
import { exists, note } from "../../_support/scratch.ts";
import { blockForGood, blockUntil } from "../../_support/blocking.ts";

/** How a process is struck: killed, stopped until somebody kills or continues it, or made to exit with 3. */
export type Blow = "kill" | "stop" | "exit";

/** Notes the pid in the file `at`, and strikes; only once for each file. */
function strike(blow: Blow, at: string): void {
  try {
    writeFileSync(at, `${process.pid}\n`, { flag: "wx" }); // of two processes that come at once, one
  } catch {
    return;
  }
  if (blow === "exit") process.exit(3);
  process.kill(process.pid, blow === "kill" ? "SIGKILL" : "SIGSTOP");
}

/** An initializer: strikes at its start, and makes URLs that strike, or that throw, when they are made. */
export function arm(blow?: Blow, at?: string): void {
  if (blow !== undefined) strike(blow, at!);
  const { URL } = globalThis;
  globalThis.URL = class extends URL {
    constructor(url: string | URL, base?: string | URL) {
      super(url, base);
      const [scheme, blow, at] = String(url).split(":") as [string, Blow, string];
      if (scheme === "strike") strike(blow, at);
      if (scheme === "refuse") throw new RangeError("refused to be made");
    }
  };
}

/** An initializer: makes URLs that take so many milliseconds to be made. */
export function slowUrls(ms: number): void {
  const { URL } = globalThis;
  globalThis.URL = class extends URL {
    constructor(url: string | URL, base?: string | URL) {
      super(url, base);
      if (String(url).startsWith("slow:")) { for (const end = Date.now() + ms; Date.now() < end;); }
    }
  };
}

/** Strikes while it is made in an armed worker, which is when the arguments are decoded. */
export function striking(blow: Blow, at: string): URL {
  return new URL(`strike:${blow}:${at}`);
}

/** For arguments that strike or do not decode. */
export function take(n: number, _url: URL): number {
  return n;
}

export function strikeRunning(n: number, blow: Blow, at: string): number {
  strike(blow, at);
  return n;
}

/** Strikes when its result is read. */
export function strikeEncoding(n: number, blow: Blow, at: string): { value: number } {
  return {
    get value() {
      strike(blow, at);
      return n;
    },
  };
}

/** Strikes when the worker looks at the clock, which is after the result and before the next task. */
export function strikeAfter(n: number, blow: Blow, at: string): number {
  const { performance } = globalThis;
  const now = performance.now.bind(performance);
  Object.defineProperty(performance, "now", {
    configurable: true,
    value() {
      Object.defineProperty(performance, "now", { configurable: true, writable: true, value: now });
      strike(blow, at);
      return now();
    },
  });
  return n;
}

/** Strikes when the event loop turns. */
export function strikeIdle(n: number, blow: Blow, at: string): number {
  setTimeout(strike, 0, blow, at);
  return n;
}

/** Lets no event loop turn until the file `gate` is there, and exits with 3. */
export function exitAtGate(begun: string, gate: string): never {
  note(begun, process.pid);
  blockUntil(() => exists(gate), 60_000);
  process.exit(3);
}

/** A result of many bytes, which is complete when the file `gate` is there. Exits with 3 when the file `end` is. */
export function giveLarge(size: number, begun: string, gate: string, end: string) {
  setInterval(() => exists(end) && process.exit(3), 1);
  return {
    bytes: new Uint8Array(size).fill(7),
    get last() {
      if (!exists(begun)) note(begun, process.pid);
      blockUntil(() => exists(gate), 60_000);
      return 1;
    },
  };
}

/** Notes its number in the file `path`. */
export function tally(n: number, path: string): number {
  note(path, n);
  return n;
}

/** An initializer that never ends: in a loop, or asleep. */
export async function hang(begun: string, how: "loop" | "sleep"): Promise<void> {
  note(begun, process.pid);
  if (how === "loop") blockForGood();
  await new Promise(() => setInterval(() => {}, 1000));
}

/** An initializer that is killed each time. */
export function dieStarting(tries: string): void {
  note(tries, process.pid);
  process.kill(process.pid, "SIGKILL");
}

/** An initializer that refuses all workers but the first. */
export function onlyFirst(tries: string): void {
  const isFirst = !exists(tries);
  note(tries, process.pid);
  if (!isFirst) throw new RangeError("only one");
}

/** An initializer that fails with what cannot cross. */
export function failStrangely(): never {
  throw { run: () => 1 };
}

class Odd extends Error {
  override name = "Odd";
}

/** Ends in a way of its own for each remainder of 10. */
export function endOddly(n: number, _url: URL | null): unknown {
  switch (n % 10) {
    case 1:
      return () => n;
    case 2:
      return {
        get inside(): never {
          throw new Error("read");
        },
      };
    case 3:
      throw new Odd(String(n));
    case 4:
      throw () => n;
    case 5:
      throw Object.defineProperties(new TypeError("guarded"), {
        message: { get: refuse },
        name: { get: refuse },
        stack: { get: refuse },
        cause: { get: refuse },
      });
    case 6:
      throw revoked();
    case 7:
      return revoked();
    case 8:
      return Promise.reject(new Odd(String(n)));
    default:
      return n;
  }
}

function refuse(): never {
  throw new Error("not to be read");
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** A URL that the calling process may refuse to make. */
export function giveUrl(href: string): URL {
  return new URL(href);
}
