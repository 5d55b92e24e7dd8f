/** What the adapter does for a program, one mode each; seen from outside. */
import "../../../mod.ts";
import { here } from "../../../src/runtime/adapter.ts";
import process from "node:process";

const self = here();
const begin = performance.now();

const modes: Record<string, () => unknown> = {
  soon: () => {
    self.soon(() => console.log("later"));
    console.log("now");
  },
  alarm: () => {
    self.alarm(200, () => console.log(performance.now() - begin >= 190));
    setTimeout(() => {}, 1_000);
  },
  idle: () => self.alarm(20_000, () => console.log("held")),
  code: () => self.atExit(() => 5),
  silent: async () => {
    const speak = await self.mute();
    console.log("unheard");
    process.stdout.write("unheard\n");
    speak();
    console.log("heard");
  },
  interrupts: async () => {
    const heeds = [self.heedsInterrupt()];
    const theirs = () => {};
    process.on("SIGINT", theirs);
    heeds.push(self.heedsInterrupt());
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
    heeds.push(self.heedsInterrupt());
    self.interrupt();
    await heard;
    console.log(JSON.stringify([heeds, times]));
    self.interrupt();
    setTimeout(() => {}, 10_000);
  },
};
await modes[process.argv[2]!]!();
