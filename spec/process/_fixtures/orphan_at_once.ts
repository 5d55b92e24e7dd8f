/** Children whose parent is gone in the moment in which it has made them. */
import process from "node:process";
import { assertEquals } from "../../_support/assert.ts";
import { until } from "../../_support/async.ts";
import { Folder } from "../../_support/folder.ts";
import { isAlive, run, start } from "../../_support/system.ts";

export type AbruptEnd = "exit" | "SIGKILL";
export type Parent = "first" | "fork" | "process";

/** A fork child runs to its end although its parent is gone. */
export async function orphanGoesOn(end: AbruptEnd, parent: Parent): Promise<void> {
  using folder = new Folder();
  const { code, signal, stdout, stderr } = await run("process/_programs/orphan_at_once.ts", {
    args: [folder.path, end, "fork", parent],
  });
  const [whole, status] = end === "exit" ? [3, 768] : ["SIGKILL", 9];
  assertEquals([signal ?? code, stdout, stderr], parent === "first" ? [whole, "", ""] : [0, `${status}\n`, ""]);
  await until(() => folder.has("pid") && !isAlive(Number(folder.read("pid"))), "the orphan has ended");
  assertEquals(JSON.parse(folder.read("facts")), { joined: true, isAlive: false, isPpidNew: true });
}

/** A daemon is gone within a second of its parent. */
export async function daemonGoesAtOnce(end: AbruptEnd, parent: Parent): Promise<void> {
  using folder = new Folder();
  const first = start("process/_programs/orphan_at_once.ts", { args: [folder.path, end, "daemon", parent] });
  await until(() => folder.read("pids").endsWith("]"), "the daemon was started");
  const [theirs, daemon] = JSON.parse(folder.read("pids")) as [number, number];
  try {
    await until(() => !isAlive(theirs), "the parent is gone");
    await until(() => !isAlive(daemon), "the daemon is gone", 1_000);
  } finally {
    if (isAlive(daemon)) process.kill(daemon, "SIGKILL");
    await first.ended;
  }
}
