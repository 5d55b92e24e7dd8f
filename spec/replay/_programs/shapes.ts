/** Forks in the shape that is named; every process tells once who it is. */
import process from "node:process";
import { fork, waitpid } from "../../../mod.ts";
import { reap, tell, who } from "../_fixtures/telling.ts";

const shapes: Record<string, () => number[] | Promise<number[]>> = {
  row() {
    const forks: number[] = [];
    while (forks.length < 3 && forks.at(-1) !== 0) forks.push(fork());
    return forks;
  },
  branches() {
    const first = fork();
    if (first === 0) return [first, fork()];
    else return [first, fork()];
  },
  loop() {
    const forks: number[] = [];
    for (let round = 0; round < 3; round++) forks.push(fork());
    return forks;
  },
  chain() {
    const forks: number[] = [];
    while (forks.length < 3 && (forks.at(-1) ?? 0) === 0) forks.push(fork());
    return forks;
  },
  async awaits() {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const slow = new Promise<string>((resolve) => setTimeout(() => resolve("slow"), 30));
    const first = await Promise.race([slow, Promise.resolve("quick")]);
    const forks = first === "quick" ? [fork()] : [];
    await slow;
    await null;
    return [...forks, fork()];
  },
  async timer() {
    const { promise, resolve } = Promise.withResolvers<number>();
    setTimeout(() => queueMicrotask(() => resolve(fork())), 20);
    return [await promise];
  },
  async waited() {
    const first = fork();
    if (first === 0) process.exit(7);
    const [pid, status] = await waitpid(first);
    return pid === first && status === 7 * 256 ? [first, fork()] : [first];
  },
};

const forks = await shapes[process.argv[2]!]!();
tell(who(forks));
const codes = await reap();
if (Object.values(codes).some((code) => code !== 0)) process.exitCode = 1;
