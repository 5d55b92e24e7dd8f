/** Writes by every method of the console, before a fork and after it, the parent last. Imports nothing else. */
import { fork, wait } from "../../../mod.ts";

const METHODS = ["log", "info", "debug", "warn", "error", "trace", "dir", "dirxml"] as const;
const { log, error } = console;

function write(when: string): void {
  for (const name of METHODS) console[name](`<${name}() ${when}>`);
  console.table([{ cell: `<table() ${when}>` }]);
  console.assert(false, `<assert() ${when}>`);
  console.assert(true, `<assert() of what holds ${when}>`);
  console.group(`<group() ${when}>`);
  console.groupEnd();
  console.groupCollapsed(`<groupCollapsed() ${when}>`);
  console.groupEnd();
  console.count(`<count() ${when}>`);
  console.time(`<timeLog() ${when}>`);
  console.timeLog(`<timeLog() ${when}>`);
  console.time(`<timeEnd() ${when}>`);
  console.timeEnd(`<timeEnd() ${when}>`);
  console.countReset(`<countReset() of what was not counted ${when}>`);
  log(`<taken log() ${when}>`);
  error(`<taken error() ${when}>`);
}

write("before");
const pid = fork();
if (pid !== 0) await wait();
write(pid === 0 ? "in the child" : "in the parent");
