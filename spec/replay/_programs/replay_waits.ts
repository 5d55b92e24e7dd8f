/** What a fork child gets, up to the fork, for the calls of `fork()` and `wait()` and their kin; and after it. */
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fork, getpid, getppid, snapshot, wait, waitpid } from "../../../mod.ts";
import { outcome, reap, tell } from "../_fixtures/replay_tell.ts";
import { delay } from "../../_support/async.ts";

const end = `${process.argv[2]}/end`;

const failed = fork();
if (failed === 0) process.exit(3);
const killed = fork();
if (killed === 0) {
  process.kill(process.pid, "SIGKILL");
  await delay(20_000);
}
const lasting = fork();
if (lasting === 0) {
  while (!existsSync(end)) await delay(5);
  process.exit(0);
}

const facts = [
  [failed, killed, lasting, getpid(), getppid(), snapshot(() => process.pid)],
  await waitpid(failed),
  await wait(),
  await waitpid(lasting, { noHang: true }),
  await outcome(() => waitpid(lasting, { timeout: 20 })),
  await outcome(() => wait({ timeout: 0 })),
  await outcome(() => waitpid(lasting, { signal: AbortSignal.abort() })),
  await outcome(() => wait({ signal: AbortSignal.abort({ reason: "enough" }) })),
  await outcome(() => waitpid(failed)),
  await outcome(() => waitpid(process.ppid)),
  await outcome(() => waitpid(-2)),
];
const self = getpid();
const status = fork();
tell(status === 0 ? "child" : "parent", ...facts);
if (status === 0) {
  const isLive = [getpid() === process.pid, getpid() !== self, getppid() === self, process.ppid === self];
  tell("after", isLive, await outcome(() => wait()), await outcome(() => waitpid(lasting)));
} else {
  tell("status", await waitpid(status), [status, 0]);
  writeFileSync(end, "");
  tell("rest", await reap());
}
