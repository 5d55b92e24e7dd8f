/** Targets that watch their parent and write down what they see, in files of a folder. */
import { renameSync, writeFileSync } from "node:fs";
import { getpid, getppid, parentProcess } from "../../../mod.ts";

/** Whole or not there at all: the reader polls. */
function tell(path: string, fact: unknown): void {
  writeFileSync(`${path}.part`, JSON.stringify(fact));
  renameSync(`${path}.part`, path);
}

/** Ends when the parent has ended. */
export async function outlive(folder: string): Promise<void> {
  const parent = parentProcess()!;
  tell(`${folder}/began`, getpid());
  const joined = await parent.join();
  tell(`${folder}/after`, { joined, isAlive: parent.isAlive(), isPpidNew: getppid() !== parent.pid });
}

/** Idles. */
export async function idle(folder: string): Promise<void> {
  tell(`${folder}/began`, getpid());
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}

/** Keeps its event loop from turning. */
export function busy(folder: string): void {
  tell(`${folder}/began`, getpid());
  for (const end = Date.now() + 60_000; Date.now() < end;);
}

/** Lasts a while. */
export async function last(folder: string): Promise<void> {
  tell(`${folder}/began`, getpid());
  await new Promise((resolve) => setTimeout(resolve, 400));
  tell(`${folder}/done`, true);
}

/** Takes note that it runs; `padding` makes the boot message large. */
export function begin(folder: string, padding: string): void {
  tell(`${folder}/began`, padding.length);
}
