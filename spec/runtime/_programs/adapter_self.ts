/** What the adapter does for a program, one mode each; seen from outside. */
import "../../../mod.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";
import { closeSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
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
  journals: async () => {
    const { journals, listen } = await self.network();
    if (journals === undefined) return console.log(JSON.stringify([[false, null, [], []], [false, null]]));
    const { address } = listen();
    const [made, unmade] = ["a".repeat(64), "b".repeat(64)];
    journals.create(address, made);
    const held: number[] = [];
    try {
      for (;;) held.push(openSync("/dev/null", "r"));
    } catch {
      // none is left
    }
    const short = [journals.create(address, unmade), journals.open(address, made)];
    journals.freeze(address, made);
    journals.ticks(address, made);
    journals.peek(address, made);
    journals.peek(address, unmade);
    for (const descriptor of held) closeSync(descriptor);
    rmSync(dirname(address.slice("unix:".length)), { recursive: true });
    journals.freeze(address, made);
    const gone = [
      journals.create(address, unmade),
      journals.open(address, made),
      journals.peek(address, made),
      journals.read(address, made),
    ];
    console.log(JSON.stringify([gone, short]));
    process.exit(0);
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
