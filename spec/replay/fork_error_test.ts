import { readFileSync } from "node:fs";
import { told } from "./_fixtures/replay_tell.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { once } from "../_support/once.ts";
import { children, type Ended, processorSeconds, run, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const source = readFileSync(new URL("./_programs/replay_astray.ts", import.meta.url), "utf8").split("\n");

/** How a child ends that does not come to its fork: what it says, with lines of the program in the place of their numbers. */
async function astray(name: string, folder = "/nowhere"): Promise<string> {
  return saidBy(
    await run("replay/_programs/replay_astray.ts", { args: [name, folder], limit: 40_000 }),
  );
}

function saidBy({ code, stdout, stderr }: Ended): string {
  assertEquals(told(stdout)["child"], undefined);
  assertEquals([told(stdout)["parent"], code], [[[true, 1]], 0]);
  const said = /^ForkError: Cannot fork: .*child \d+ did not come to fork\(\) (.*)$/m.exec(stderr)?.[1];
  assert(said !== undefined, `no ForkError in: ${stderr}`);
  return said.replace(/file:\S*replay_astray\.ts:(\d+):\d+/g, (_, line) => `\`${source[line - 1]!.trim()}\``);
}

/** The same for a child that comes to nothing, and the seconds of a processor that it took until it was ended. */
const stuck = once(async (name) => {
  const program = start("replay/_programs/replay_astray.ts", { args: [name, "/nowhere"] });
  let seconds = 0;
  const timer = setInterval(() => {
    for (const { pid } of children(program.pid)) seconds = Math.max(seconds, processorSeconds(pid));
  }, 200);
  const ended = await program.ended;
  clearInterval(timer);
  return { said: saidBy(ended), seconds };
});

const REMEDY = "put what is not the same in every process inside snapshot()";

test("ForkError ends a child that calls something else than its parent did, and names both calls, their places and the fork", async () => {
  using folder = new Folder();
  const took = (said: string, number: number, called: string, expected: string, fork = "`pid = fork();`") => {
    assert(said.startsWith(`at ${fork}`) && said.endsWith(REMEDY), said);
    assertStringIncludes(
      said,
      `: call ${number} of its replay was ${called}, where its parent had called ${expected}, `,
    );
  };
  const fork = "fork() at `pid = fork();`";
  const other = 'snapshot() at `if (!isFirst) snapshot(() => "other branch");`';
  const [branch, file, another, wait, round] = [
    await astray("branch"),
    await astray("file", folder.path),
    await astray("fork"),
    await astray("wait"),
    await astray("round"),
  ];
  took(branch, 2, other, fork);
  const seen = 'snapshot() at `if (!existsSync(`${folder}/seen`)) snapshot(() => "first time");`';
  took(file, 2, fork, seen);
  const [here, there] = ["`if (isFirst) pid = fork();`", "`else pid = fork();`"];
  took(another, 2, `fork() at ${there}`, `fork() at ${here}`, here);
  took(wait, 2, "wait() at `if (!isFirst) await wait();`", fork);
  const loop = "snapshot() at `for (let round = 0; round < (isFirst ? 3 : 2); round++) snapshot(() => round);`";
  took(round, 4, fork, loop);
});

test("ForkError names the places of calls in functions without a name, and tells them from each other", async () => {
  const said = await astray("nameless");
  assert(said.startsWith("at `pid = fork();`"), said);
  assertStringIncludes(said, 'was snapshot() at `if (!isFirst) snapshot(() => "other branch");`, ');
  const told = await astray("callback");
  assertMatch(
    told,
    / was snapshot\(\) at `else .*"another callback".*had called snapshot\(\) at `if .*"one callback"/,
  );
  for (const name of ["listener", "initializer"]) {
    assertMatch(
      await astray(name),
      / was fork\(\) at `pid = fork\(\); \/\/ other`.*called fork\(\) at `pid = fork\(\); \/\/ one`/,
    );
  }
});

test("ForkError ends a child whose program ends, returns early, exits with 0, throws or rejects before the fork", async () => {
  const cases = ["end", "early", "exit", "throw", "reject"];
  for (const said of await Promise.all(cases.map((name) => astray(name)))) {
    assertMatch(said, /^at `(if \(isFirst\) )?pid = fork\(\);`.* it ended\b/);
    assertStringIncludes(said, REMEDY);
  }
});

const STUCK = ["timer", "stuck", "inside"];

test(
  "ForkError ends a child that has not come to the fork within about ten seconds: held by a timer, stuck at an await, or forked inside the snapshot that it awaits",
  async () => {
    for (const { said } of await Promise.all(STUCK.map((name) => stuck(name)))) {
      assertMatch(said, /^at `pid = fork\(\);`.* not come there within [1-9]\d s, put /);
    }
  },
  { limit: 60_000 },
);

test(
  "ForkError ends such a child, which has taken less than a second of a processor's time by then",
  async () => {
    for (const { seconds } of await Promise.all(STUCK.map((name) => stuck(name)))) {
      assert(seconds > 0 && seconds < 1, `${seconds} s`);
    }
  },
  { limit: 60_000 },
);

noLeaks();
