/** An orphan: a child that goes on when its parent has ended, and sees that another process has adopted it. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fork, getpid, getppid, snapshot } from "../../mod.ts";
import { delay } from "./delay.ts";

// Inside snapshot(), or the child, which comes along here as well, would make a folder of its own.
const folder = snapshot(() => mkdtempSync(`${tmpdir()}/orphan-`));
const begun = `${folder}/begun`;
const parent = getpid(); // up to fork() the child is told what the parent was told, so it knows this id as well

if (fork() === 0) {
  let adopted = 0;
  for (let round = 1; round <= 100 && adopted < 3; round++) {
    const ppid = getppid(); // asked anew each time
    if (ppid !== parent) adopted++;
    console.log(`child: round ${round}, parent ${ppid}`);
    writeFileSync(begun, "");
    await delay(50);
  }
  rmSync(folder, { recursive: true });
  console.log(adopted > 0 ? "child: was adopted, ends by itself" : "child: its parent did not end");
} else {
  for (let waited = 0; waited < 10_000 && !existsSync(begun); waited += 10) await delay(10);
  // A fork child does not keep its parent: without wait() the program ends here, and a shell shows its prompt again.
  console.log(`parent: process ${parent} ends`);
}
