/** What the adapter does for a program, one mode each; seen from outside. */
import "../../../mod.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";
import process from "node:process";

const self = thisProcess();
const begin = performance.now();

const modes: Record<string, () => unknown> = {
  soon: () => {
    self.nextTurn(() => console.log("later"));
    console.log("now");
  },
  alarm: () => {
    self.unrefTimeout(200, () => console.log(performance.now() - begin >= 190));
    setTimeout(() => {}, 1_000);
  },
  idle: () => self.unrefTimeout(20_000, () => console.log("held")),
  code: () => self.atExit(() => 5),
  silent: async () => {
    const speak = await self.mute();
    console.log("unheard");
    process.stdout.write("unheard\n");
    speak();
    console.log("heard");
  },
  interrupts: async () => {
    const heeds = [self.listensForInterrupt()];
    const theirs = () => {};
    process.on("SIGINT", theirs);
    heeds.push(self.listensForInterrupt());
    process.off("SIGINT", theirs);
    await null;
    const times: string[] = [];
    const heard = new Promise<void>((resolve) => {
      const leave = self.onInterrupt(() => {
        times.push("ours");
        leave();
        resolve();
      });
    });
    heeds.push(self.listensForInterrupt());
    self.raiseInterrupt();
    await heard;
    console.log(JSON.stringify([heeds, times]));
    self.raiseInterrupt();
    setTimeout(() => {}, 10_000);
  },
};
await modes[process.argv[2]!]!();
