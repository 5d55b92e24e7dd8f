/** Targets that end in one way each. */
import process from "node:process";

export function exit(code: number): void {
  process.exit(code);
}

export function fail(message: string): void {
  throw new RangeError(message, { cause: new Error("the cause of it") });
}

export async function failLater(message: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  throw new RangeError(message);
}

export function failWith(value: unknown): void {
  throw value;
}

/** Whatever is asked of the error throws. */
export function failUnreadably(): void {
  throw new Proxy(new Error("hidden"), {
    get() {
      throw new Error("the getter broke");
    },
  });
}

/** An error that nobody awaits, while the target still runs. */
export async function failAside(message: string): Promise<void> {
  setTimeout(() => {
    throw new RangeError(message);
  });
  await new Promise((resolve) => setTimeout(resolve, 20_000));
}

export function killSelf(signal: "SIGKILL" | "SIGINT"): Promise<void> {
  process.kill(process.pid, signal);
  return new Promise((resolve) => setTimeout(resolve, 20_000));
}

/** Exits with 0 when nothing else has ended it for long. */
export function exitLate(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20_000));
}

/** Returns at once, with a timer still pending. */
export function leaveTimer(): void {
  setTimeout(() => {}, 20_000);
}

/** Never settles, and keeps nothing open. */
export function stall(): Promise<void> {
  return new Promise(() => {});
}

/** Sets the exit code unless it is null, and exits without one, or returns. */
export async function endWith(code: number | null, exits: boolean): Promise<void> {
  await Promise.resolve();
  if (code !== null) process.exitCode = code;
  if (exits) process.exit();
}
