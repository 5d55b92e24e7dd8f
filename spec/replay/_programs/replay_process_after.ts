/** What a fork child may do, after the fork, with processes made before it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { activeChildren, fork, Process, processTable, snapshot } from "../../../mod.ts";
import { traceTerms } from "../_fixtures/replay_targets.ts";
import { outcome, reap, tell } from "../_fixtures/replay_tell.ts";
import { until } from "../../_support/async.ts";

const [trace, end] = [`${process.argv[2]}/trace`, `${process.argv[2]}/end`];
const traces = () => existsSync(trace) ? readFileSync(trace, "utf8").split("\n").filter(Boolean) : [];

const child = new Process({ target: traceTerms, args: [trace, end], name: "ant", daemon: true }).start();
const initial = new Process({ target: traceTerms, args: [trace, end], name: "bee" });
await snapshot(() => until(() => traces().length === 1, "it began"));
child.terminate();
await snapshot(() => until(() => traces().length === 2, "it was terminated"));

if (fork() === 0) {
  for (const each of [child, initial]) {
    const acts: Record<string, () => unknown> = {
      start: () => each.start(),
      pid: () => each.pid,
      exitCode: () => each.exitCode,
      sentinel: () => each.sentinel,
      isAlive: () => each.isAlive(),
      join: () => each.join(),
      terminate: () => each.terminate(),
      kill: () => each.kill(),
      close: () => each.close(),
      "set name": () => each.name = "bat",
      "set daemon": () => each.daemon = false,
    };
    for (const [name, act] of Object.entries(acts)) tell("refused", each.name, name, await outcome(act));
    const disposed = await outcome(() => each[Symbol.asyncDispose]());
    tell("child", each.name, each.daemon, disposed);
  }
  tell("tables", activeChildren().length, processTable().length);
  const own = new Process({ target: traceTerms, args: [trace, end] });
  tell("own", own.name, own.pid, own.isAlive());
} else {
  await until(() => processTable().some(({ kind, state }) => kind === "fork" && state === "zombie"), "the fork ended");
  tell("parent", child.isAlive(), traces());
  writeFileSync(end, "");
  tell("end", await child.join());
  await reap();
}
