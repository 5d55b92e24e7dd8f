/** What shared objects are made of: handles, acts and questions, up to the fork and after it. */
import { appendFileSync } from "node:fs";
import process from "node:process";
import { fork, snapshot } from "../../../mod.ts";
import { createInherited, refuseInReplay, skipInReplay } from "../../../src/replay/inheritance.ts";
import { outcome, reap, tell } from "../_fixtures/replay_tell.ts";

const [kind, file] = process.argv.slice(2) as [string, string];
const isFirst = snapshot(() => process.pid) === process.pid;

/** Stands for the owner of the objects: a line for all that it is asked. */
function own<T>(what: string, value: T): T {
  appendFileSync(file, `${what}\n`);
  return value;
}

function made(what: string): { id: number } {
  return createInherited(what, () => own(`new ${what}`, { id: Math.random() }));
}

if (kind === "astray") made(isFirst ? "Queue" : "Lock");
const handles = [made("Queue"), createInherited("Lock", () => own("new Lock", ["a", new Map([[1, 2n]])]))];
for (let round = 0; round < 2; round++) handles.push(made("Queue"));

const put = () => skipInReplay(() => Promise.resolve(own("put", undefined)));
const get = () => refuseInReplay("get from queue", () => Promise.resolve(own("get", 7)));
let settled = false;
void put().then(() => settled = true);
await null;
await null;
const facts = [settled, await outcome(put), await snapshot(get)];
const answer = await outcome(get);
void get(); // nobody awaits it

const who = fork() === 0 ? "child" : "parent";
if (who === "parent") await reap();
tell(who, JSON.stringify(handles), (handles[1] as [string, Map<number, bigint>])[1].get(1) === 2n, facts, answer);
own(who, null);
made("Event");
await put();
tell("after", await get());
