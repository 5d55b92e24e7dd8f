/** What the adapter does for a program, one mode each; seen from outside. */
import "../../../mod.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";
import { closeSync, openSync } from "node:fs";
import process from "node:process";

const self = thisProcess();
const begin = performance.now();

const modes: Record<string, () => unknown> = {
  nextTurn: () => {
    self.nextTurn(() => console.log("later"));
    console.log("now");
  },
  timeout: () => {
    self.unrefTimeout(200, () => console.log(performance.now() - begin >= 190));
    setTimeout(() => {}, 1_000);
  },
  unreferenced: () => self.unrefTimeout(20_000, () => console.log("held")),
  code: () => self.atExit(() => 5),
  mute: async () => {
    const unmute = await self.muting!.mute();
    console.log("unheard");
    process.stdout.write("unheard\n");
    unmute();
    console.log("heard");
  },
  descriptors: () => {
    const held: number[] = [];
    let said = "";
    while (said === "") {
      try {
        held.push(openSync("/dev/null", "r"));
        self.checkDescriptors?.();
      } catch (error) {
        said = (error as Error).message;
      }
    }
    for (const descriptor of held) closeSync(descriptor);
    console.log(said);
  },
  interrupts: async () => {
    const isHeard = [self.interrupts!.isHeardByProgram()];
    const theirs = () => {};
    process.on("SIGINT", theirs);
    isHeard.push(self.interrupts!.isHeardByProgram());
    process.off("SIGINT", theirs);
    await null;
    const times: string[] = [];
    const heard = new Promise<void>((resolve) => {
      const end = self.interrupts!.listen(() => {
        times.push("ours");
        end();
        resolve();
      });
    });
    isHeard.push(self.interrupts!.isHeardByProgram());
    self.interrupts!.raise();
    await heard;
    console.log(JSON.stringify([isHeard, times]));
    self.interrupts!.raise();
    setTimeout(() => {}, 10_000);
  },
};
await modes[process.argv[2]!]!();
