/** A pipe and a fork, in the way that the argument names. */
import process from "node:process";
import { fork, Pipe, wait } from "../../../mod.ts";

const [, , way] = process.argv;
const [mine, theirs] = Pipe<unknown>({ duplex: way !== "one-way" });

function say(...words: unknown[]): void {
  console.log(...words);
}

switch (way) {
  case "usual":
    if (fork() === 0) {
      mine.close();
      say("child:", await theirs.recv());
      await theirs.send("up");
    } else {
      theirs.close();
      await mine.send("down");
      say("parent:", await mine.recv());
      say(await mine.recv().catch((error) => error.name));
      await wait();
    }
    break;
  case "unclosed":
    if (fork() === 0) {
      say("child:", await theirs.recv());
      await theirs.send("up");
    } else {
      await mine.send("down");
      say("parent:", await mine.recv());
      say(await mine.recv().catch((error) => error.name));
      await wait();
    }
    break;
  case "one-way":
    if (fork() === 0 || fork() === 0) {
      mine.close();
      for (let n = 0; n < 3; n++) await theirs.send(n);
      process.kill(process.pid, "SIGKILL");
    } else {
      theirs.close();
      const got: unknown[] = [];
      for await (const n of mine) got.push(n);
      say(got.sort().join());
      say((await wait())[1], (await wait())[1]);
    }
    break;
  case "unused":
    if (fork() === 0) await new Promise((resolve) => setTimeout(resolve, 300));
    else {
      theirs.close();
      const before = Date.now();
      say(await mine.recv().catch((error) => error.name), Date.now() - before >= 250);
      await wait();
    }
    break;
  case "parent closes":
    if (fork() === 0) {
      const got: unknown[] = [];
      for await (const n of theirs) got.push(n);
      say("child:", got.join());
    } else {
      theirs.close();
      for (let n = 0; n < 3; n++) await mine.send(n);
      mine.close();
      await wait();
    }
    break;
  case "before":
    await mine.send("before the fork");
    if (fork() === 0) say("child:", await theirs.recv());
    else await wait();
    break;
  case "received":
    await mine.send(1);
    await theirs.recv();
    fork();
    break;
}
