/** One token for a whole family: it is drawn once, and the file is made once. */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fork, snapshot, wait } from "../../mod.ts";

const token = snapshot(() => {
  const token = crypto.randomUUID();
  writeFileSync(process.argv[2]!, token, { flag: "wx" }); // fails when the file is there
  return token;
});

const pid = fork();
if (pid !== 0) await wait();
console.log(pid === 0 ? "child" : "parent", token);
