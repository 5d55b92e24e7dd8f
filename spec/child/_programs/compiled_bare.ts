/**
 * A compiled program that has not called `freezeSupport(self)`, or not as it must: `bare` never does, `forgotten` does
 * not await it, `late` comes there only in the first process. Each process notes in the file STARTS that it has begun.
 */
import { appendFileSync } from "node:fs";
import process from "node:process";
import { fork, freezeSupport, Manager, Pool, Process } from "../../../mod.ts";
import { square } from "../../_support/arithmetic.ts";
import * as self from "./compiled_bare.ts";

export { square } from "../../_support/arithmetic.ts";

async function tell(act: () => unknown): Promise<void> {
  try {
    console.log(JSON.stringify(await act()));
  } catch (error) {
    console.log(JSON.stringify([(error as Error).name, (error as Error).message]));
  }
}

async function main(how: string): Promise<void> {
  appendFileSync(process.env.STARTS!, `${process.pid}\n`);
  const start = () => new Process({ target: square, args: [2] }).start().join();
  if (how === "forgotten") {
    void freezeSupport(self);
    await tell(start);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return await tell(start);
  }
  if (how === "late") {
    const isFirst = process.env.FIRST === "1";
    process.env.FIRST = "0";
    if (isFirst) await freezeSupport(self);
    else return;
    await tell(start);
    return await tell(() => new Pool(1, { maxRestarts: 1 }).map(square, [1]));
  }
  await tell(start);
  await tell(() => new Pool(2).map(square, [1]));
  await tell(() => new Manager().start());
  await tell(() => fork());
}

if (import.meta.main) await main(process.argv[2]!);
