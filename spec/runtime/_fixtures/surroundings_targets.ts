/** Targets that have something beside them, and tell of it. */
import process from "node:process";
import type { Connection, Lock, Queue } from "../../../mod.ts";

/** Listens for its end, with what the standards know and with what Node knows. */
export function listenForTheEnd(): void {
  addEventListener("unload", () => console.log("unload"));
  process.on("exit", (code) => console.log(`exit ${code}`));
}

/** Returns while a thread runs on. */
export function leaveThread(): void {
  const text = new Blob(["setInterval(() => {}, 10);"], { type: "application/javascript" });
  new Worker(URL.createObjectURL(text), { type: "module" });
}

/** Holds the lock until it is told to go on, then gives what is waited for. */
export async function giveWhenTold(end: Connection, queue: Queue<string>, lock: Lock): Promise<void> {
  {
    await using _ = await lock.hold();
    await end.send("held");
    await end.recv();
  }
  await end.send("message");
  await queue.put("item");
}

/** Takes something, and is gone. */
export function take(something: unknown): void {
  if (something === undefined) throw new Error("nothing came");
}

/** Puts one item and ends. */
export function putOne(queue: Queue<string>): Promise<void> {
  return queue.put("one");
}
