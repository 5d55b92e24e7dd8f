/** A process class of one's own: fields go to the child, run() is what it does there. */
import { getpid, getppid, Process } from "../../mod.ts";
import { delay } from "./delay.ts";

export class Sleeper extends Process {
  ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }

  override async run(): Promise<void> {
    console.log(`child: ${this.name}, process ${getpid()}, parent ${getppid()}`);
    await delay(this.ms);
    console.log(`child: slept ${this.ms} ms`);
  }
}

if (import.meta.main) {
  const start = performance.now();
  console.log(`main: process ${getpid()}`);
  const sleeper = new Sleeper(200).start();
  await sleeper.join();
  console.log(`main: at least 200 ms later: ${performance.now() - start >= 200}`);
}
