/** Waits at a connection of the named kind, and then leaves all open. */
import process from "node:process";
import { Client, Listener, Pipe } from "../../../mod.ts";

const listener = new Listener();
const [one, other] = process.argv[2] === "pipe"
  ? Pipe()
  : await Promise.all([Client(listener.address), listener.accept()]);
const timer = setTimeout(() => void one.send("item"), 200);
(timer as { unref?: () => void }).unref?.();
(globalThis as { Deno?: { unrefTimer(id: unknown): void } }).Deno?.unrefTimer(timer);
console.log("after 200 ms:", await other.recv());
console.log("idle");
