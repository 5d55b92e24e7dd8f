/** Targets that tell who they are, as one line of JSON. */
import { activeChildren, currentProcess, getpid, getppid, parentProcess, Process } from "../../mod.ts";
import { linger } from "./lingers.ts";

export async function identify(): Promise<void> {
  const { name, pid, daemon, exitCode } = currentProcess();
  const parent = parentProcess()!;
  console.log(JSON.stringify({
    name,
    pid,
    daemon,
    exitCode,
    isAlive: currentProcess().isAlive(),
    getpid: getpid(),
    getppid: getppid(),
    parent: { pid: parent.pid, name: parent.name, isAlive: parent.isAlive() },
    joined: await parent.join({ timeout: 0 }),
    children: activeChildren().length,
  }));
}

/** Starts two children of its own that do the same, and tells their names. */
export async function nest(): Promise<void> {
  const children = [new Process({ target: nothing }), new Process({ target: nothing })];
  for (const child of children) await child.start().join();
  console.log(JSON.stringify(children.map(({ name, daemon, exitCode }) => ({ name, daemon, exitCode }))));
}

export function nothing(): void {}

/** A line of descent, `depth` deep; the exit code is that of the deepest. */
export async function descend(depth: number): Promise<void> {
  if (depth === 0) return console.log("deepest");
  const child = new Process({ target: descend, args: [depth - 1] }).start();
  if (await child.join() !== 0) throw new Error("the child failed");
}

/** What the object of this very process refuses, by name of the error. */
export async function misuse(): Promise<void> {
  const own = currentProcess();
  const refusals: Record<string, string> = {};
  const acts: [string, () => unknown][] = [
    ["start", () => own.start()],
    ["join", () => own.join()],
    ["terminate", () => own.terminate()],
    ["kill", () => own.kill()],
    ["sentinel", () => own.sentinel],
  ];
  for (const [act, attempt] of acts) {
    try {
      await attempt();
      refusals[act] = "allowed";
    } catch (error) {
      refusals[act] = (error as Error).name;
    }
  }
  own.close();
  console.log(JSON.stringify(refusals));
}

/** Starts a child that lingers, writes its pid, and returns without waiting for it. */
export function begin(daemon: boolean, ready: string): void {
  console.log(new Process({ target: linger, args: [ready], daemon, stdout: "null", stderr: "null" }).start().pid);
}
