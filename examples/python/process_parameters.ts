/** Arguments by position and by name, and a child that is ended before it is done. */
import { getpid, Process } from "../../mod.ts";
import { delay } from "./delay.ts";

export async function runTask(name: string, age: number, { m }: { m: number }): Promise<void> {
  for (let round = 1; round <= 100; round++) {
    console.log(`child: round ${round}, name=${name}, age=${age}, m=${m}, process ${getpid()}`);
    await delay(100);
  }
  console.log("child: this line is never reached");
}

if (import.meta.main) {
  console.log(`parent: process ${getpid()}`);
  const child = new Process({ target: runTask, args: ["test", 18], kwargs: { m: 20 }, name: "Patient" });
  console.log(`parent: starting ${child.name}`);
  child.start();
  await delay(600);
  child.terminate();
  console.log(`parent: ${child.name} was ended, exit code ${await child.join()}`);
}
