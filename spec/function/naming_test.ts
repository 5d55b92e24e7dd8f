import { fileURLToPath } from "node:url";
import { mkdirSync, symlinkSync } from "node:fs";
import { inline, Pool, Process, type Target, TargetError, task } from "../../mod.ts";
import { afterwards } from "./_fixtures/naming/awaited.ts";
import { other } from "./_fixtures/naming/barrel.ts";
import { tools } from "./_fixtures/naming/chain.ts";
import { same as one } from "./_fixtures/naming/one.ts";
import { compact } from "./_fixtures/naming/compact.js";
import { registered } from "./_fixtures/naming/registered.ts";
import { double, run as runIn } from "./_fixtures/naming/runner.ts";
import unnamed, {
  $,
  arrow,
  Counter,
  expression,
  generate,
  generateLater,
  giveClosure,
  giveGenerator,
  giveHidden,
  later,
  renamed,
  shelf,
} from "./_fixtures/naming/shapes.ts";
import { first, second } from "./_fixtures/naming/twins.ts";
import { same as two } from "./_fixtures/naming/two.ts";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "../_support/assert.ts";
import { outcome } from "../_support/children.ts";
import { Folder } from "../_support/folder.ts";
import { type Ended, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const LIBRARY = new URL("../../mod.ts", import.meta.url).href;

/** What all cases hand their targets to: each is looked for anew, whatever its worker has loaded for others. */
const pool = new Pool(1);

/** The function runs in a pool's worker and in a process, and is there what it is here. */
async function runs(target: Target, expected: string, args: unknown[] = ["a"]): Promise<void> {
  assertEquals(await pool.apply(target, args), expected);
  const { code, stdout, stderr } = await outcome({ target, args, env: { SPEC_TELL: "1" } });
  assertEquals([code, stdout, stderr], [0, `${expected}\n`, ""]);
}

/** It is refused at the call, and the error names it, or shows what has no name, its state and a remedy. */
async function isRefused(target: Target, name: string, state: string, remedy: string, shown = name): Promise<void> {
  const errors = [
    assertThrows(() => new Process({ target }).start(), TargetError),
    assertThrows(() => pool.applyAsync(target), TargetError),
    await assertRejects(() => pool.apply(target), TargetError),
    await assertRejects(() => pool.map(target, [1]), TargetError),
  ];
  for (const { message, target } of errors) {
    assertEquals(target, name);
    assertStringIncludes(message, `Cannot run ${shown} in another process: `);
    assertStringIncludes(message, state);
    assertStringIncludes(message, remedy);
  }
}

function notExported(): void {}

/** How messages show a function without a name. */
function shownOf(fn: Target): string {
  const text = String(fn).replace(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Runs the program that uses its own exports while it is being evaluated, by a pool, a process, or one after the other. */
function evaluating(target: string, ...by: ("pool" | "process")[]): Promise<Ended> {
  return run("function/_programs/evaluating.ts", { args: [target, ...by] });
}

test("A target is found when its module exports it under its own name", async () => {
  await runs(one, "one", []);
});

test("A target is found in its own module when two modules export functions of the same name", async () => {
  await runs(two, "two", []);
  await runs(one, "one", []);
});

test("A target is found when it is a default export without a name", async () => {
  await runs(unnamed, "default a");
});

test("A target is found when it is an arrow function, or a function expression, in an exported const", async () => {
  await runs(arrow, "arrow a");
  await runs(expression, "expression a");
  await runs($, "dollar a");
});

test("A target is found when it is an arrow function of a class or an object that is exported", async () => {
  await runs(Counter.arrow, "static a");
  await runs(shelf.arrow, "shelf a");
});

test("A target is found when it is exported under another name", async () => {
  await runs(renamed, "renamed a");
});

test("A target is found when a module re-exports it from another under another name", async () => {
  await runs(other, "two", []);
});

test("A target is found in a module that only an imported module imports by a relative specifier", async () => {
  await runs(tools.far, "far", []);
});

test("A target is found in a module that another imports among several imports on one line", async () => {
  await runs(compact.unlisted, "unlisted", []);
});

test("A target is found when an imported module hands its own export to a pool in a tail call", async () => {
  assertEquals(await runIn(pool, [1, 2]), ["2", "4"]);
  await runs(double, "6", [3]);
});

test("A target is found when its module awaits at its top level", async () => {
  await runs(afterwards, "afterwards", []);
});

test("A target is found in an imported module that awaits at its top level, also at the first call of a program", async () => {
  const { stdout, stderr } = await run("function/_programs/naming_awaited.ts");
  assertEquals([stdout, stderr], ["afterwards\n", ""]);
});

test(
  "A target is found in an imported module that imports one which awaits at its top level, whatever it is imported as, also at the first call of a program",
  async () => {
    using folder = new Folder();
    folder.write("awaits.ts", `export const one = await Promise.resolve(1);`);
    const source = `
      import { one } from "./awaits.ts";
      export function plus(n: number) { return n + one; }
      export const tasks = { plus };
      export const minus = function inner(n: number) { return n - one; };
      export default function twice(n: number) { return 2 * n * one; }
    `;
    folder.write("work.ts", source);
    folder.write("all.ts", `export * from "./work.ts"; export { default } from "./work.ts";`);
    const cases = [
      ["{ plus }", "./work.ts", "plus", "4"],
      ["{ plus as other }", "./work.ts", "other", "4"],
      ["* as work", "./work.ts", "work.plus", "4"],
      ["{ tasks }", "./work.ts", "tasks.plus", "4"],
      ["{ minus }", "./work.ts", "minus", "2"],
      ["twofold", "./work.ts", "twofold", "6"],
      ["twofold", "./all.ts", "twofold", "6"],
      ["{ tasks }", "./all.ts", "tasks.plus", "4"],
    ] as const;
    await Promise.all(cases.map(async ([names, from, target, value], at) => {
      const main = `
        import { Pool } from ${JSON.stringify(LIBRARY)};
        import ${names} from "${from}";
        if (import.meta.main) {
          await using pool = new Pool(1);
          console.log(await pool.apply(${target}, [3]));
        }
      `;
      const { stdout, stderr } = await run(folder.write(`main_${at}.ts`, main), { limit: 60_000 });
      assertEquals([stdout, stderr], [`${value}\n`, ""], `${names} from ${from}`);
    }));
  },
  { limit: 60_000 },
);

test("A target that is async gives what its promise resolves to", async () => {
  await runs(later, "later a");
});

test("A target is the right one of two that one factory made when identity is known", async () => {
  await runs(second, "a 2");
  await runs(first, "a 1");
});

test("A target is found while its main module is still being evaluated", async () => {
  assertEquals((await evaluating("plain", "pool", "process")).stdout, "plain a\nplain a\n0\n");
});

test("A target that is exported under another name is found while its main module is still being evaluated", async () => {
  assertEquals((await evaluating("inner", "pool")).stdout, "other a\n");
});

test("A target is refused with TargetError when two exports fit and their module is still being evaluated", async () => {
  const state =
    /^TargetError: Cannot run twin in another process: 2 exports of \S+evaluating\.ts have this name and text, register them .*task\(import\.meta/m;
  const { stdout, stderr } = await evaluating("second", "pool", "process");
  assertMatch(stdout, state);
  assertEquals(stdout.split("\n").slice(1), ["1", ""]);
  assertMatch(stderr, /^Process ant:\n/);
  assertMatch(stderr, state);
});

test("A target is refused with TargetError by the child when its module, still being evaluated, does not export it", async () => {
  const state = /^TargetError: Cannot run local in another process: it is no export of \S+evaluating\.ts, export it/m;
  const { stdout, stderr } = await evaluating("local", "pool", "process");
  assertMatch(stdout, state);
  assertEquals(stdout.split("\n").slice(1), ["1", ""]);
  assertMatch(stderr, state);
});

test("A target is refused with TargetError that names it, the modules and the remedy when no module exports it", async () => {
  const remedy = "export it from its module, register it there: export const f = task(import.meta, ";
  await isRefused(notExported, "notExported", "it is no export of ", remedy);
  await isRefused(giveHidden(), "hidden", "it is no export of ", remedy);
  await isRefused(giveClosure(3), "closure", "it is no export of ", remedy);
});

test("A target is refused with TargetError that shows the beginning of its text when it has no name and no module exports it", async () => {
  const closure = ((ant) => (n: number) => `${ant} and ${n} and many more of them`)("ant");
  const remedy =
    "export it from its module or register it there: task(import.meta, { name: fn }), or ship it with inline() if it";
  await isRefused(closure, "(anonymous)", "it has no name and no module exports it", remedy, shownOf(closure));
  const [short, long] = [(() => () => 1)(), shownOf(closure)];
  assertEquals([shownOf(short), shownOf(short) === String(short)], [String(short), true]);
  assertEquals([long.length, long.endsWith("…")], [41, true]);
});

test("A target is refused with TargetError when it is a method of a class or an object", async () => {
  const remedy = "export a function that makes the object and calls it";
  await isRefused(new Counter().next, "next", "it is a method and belongs to its object", remedy);
  for (
    const [target, name, member] of [
      [Counter.zero, "zero", "Counter.zero"],
      [shelf.method, "method", "shelf.method"],
      [shelf.get as Target, "get", "shelf.get"],
    ] as const
  ) {
    const wrapper = `export a function that calls it: export const ${name} = (...args) => ${member}(...args)`;
    await isRefused(target, name, `it is the method ${member} and belongs to its object`, wrapper);
  }
});

test("A target is refused with TargetError when it is a static method that a decorator has replaced", async () => {
  const wrapper = "export a function that calls it: export const decorated = (...args) => Counter.decorated(...args)";
  const state = "it is the method Counter.decorated and belongs to its object";
  await isRefused(Counter.decorated, "(anonymous)", state, wrapper, shownOf(Counter.decorated));
});

test("A target is refused with TargetError when it is a getter or a setter", async () => {
  const { get, set } = Object.getOwnPropertyDescriptor(Counter.prototype, "doubled")!;
  const remedy = "export a function that makes the object and calls it";
  await isRefused(get as Target, "get doubled", "it is a getter and belongs to its object", remedy);
  await isRefused(set as Target, "set doubled", "it is a setter and belongs to its object", remedy);
});

test("A target is refused with TargetError when it is bound", async () => {
  await isRefused(arrow.bind(null, "b"), "bound arrow", "it is bound", "call it from a function that a module exports");
});

test("A target is refused with TargetError when it is native", async () => {
  await isRefused(Math.max, "max", "it is native", "call it from a function that a module exports");
  await isRefused(console.log, "log", "native", "call it from a function that a module exports");
});

test("A target is refused with TargetError when it is a generator function or a class", async () => {
  for (const target of [generate, generateLater]) {
    const state = "it is a generator function and nothing would draw from it";
    await isRefused(target as Target, target.name, state, "call it from a function that does");
  }
  const remedy = "export a function that makes the object and calls it";
  await isRefused(Counter as unknown as Target, "Counter", "it is a class", remedy);
});

test("A target that gives a generator is refused with TargetError by a process", async () => {
  const { code, stderr } = await outcome({ target: giveGenerator, args: ["a"], name: "ant" });
  assertEquals(code, 1);
  assertMatch(stderr, /^Process ant:\nTargetError: Cannot run giveGenerator as a process: it is a generator/);
});

test("A target that has no name is found while its main module is still being evaluated when what made it has made nothing else, and is refused with TargetError that says why when it has", async () => {
  using folder = new Folder();
  const source = (more: string) => `
    import { Pool } from ${JSON.stringify(LIBRARY)};
    function memo(fn) { return (n) => fn(n); }
    export const wrapped = memo((n) => n + 1);
    ${more}
    if (import.meta.main) {
      await using pool = new Pool(1);
      console.log(await pool.apply(wrapped, [1]).catch(({ name, message }) => name + ": " + message));
    }
  `;
  const one = await run(folder.write("one.js", source("").replace(/^ +/gm, "")));
  assertEquals([one.stdout, one.stderr], ["2\n", ""]);
  const several = source("const other = memo((n) => n + 2);").replace(/^ +/gm, "");
  const { stdout } = await run(folder.write("more.js", several));
  const state = "it has no name, and which export of more.js it is cannot be told before that has been evaluated";
  const remedy =
    "register it there: task(import.meta, { name: fn }), export it from another module, or ship it with inline()";
  assertMatch(stdout, /^TargetError: Cannot run \(n\) ?=> ?fn\(n\) in another process: /);
  assertStringIncludes(stdout, `${state}, ${remedy}`);
});

test("A target that is no function is refused with TypeError", async () => {
  for (const target of ["one", {}, null, undefined, 3]) {
    assertThrows(() => pool.applyAsync(target as never), TypeError);
    await assertRejects(() => pool.apply(target as never), TypeError);
    if (target !== undefined) assertThrows(() => new Process({ target: target as never }), TypeError);
  }
});

test("task() makes a function findable that its module does not export, and gives it back as it is", async () => {
  await runs(registered.alone, "alone a");
  assertEquals(registered.alone("here"), "alone here");
});

test("task() of an object tells functions apart that one factory made, and names arrow functions", async () => {
  await runs(registered.second, "a 2");
  await runs(registered.first, "a 1");
  await runs(registered.arrow, "arrow a");
});

test("task() makes a function findable while its main module is still being evaluated", async () => {
  assertEquals((await evaluating("unexported", "pool")).stdout, "unexported a\n");
});

test("task() throws TargetError when the function has no name or its module has used the name for another", () => {
  assertThrows(() => task(import.meta, (() => () => 1)()), TargetError);
  task(import.meta, { taken: () => 1 });
  assertEquals(assertThrows(() => task(import.meta, { taken: () => 2 }), TargetError, "another name").target, "taken");
});

test("task() throws TypeError when it is given no function", () => {
  for (const given of [null, 3, "f", { f: 3 }]) assertThrows(() => task(import.meta, given as never), TypeError);
});

test("inline() ships a function that needs nothing around it, also an async one and one that uses globals", async () => {
  assertEquals(await pool.apply(inline((a: number, b: number) => a + b), [2, 3]), 5);
  assertEquals(await pool.apply(inline(async (text: string) => await new URL(text).host), ["http://a.b/"]), "a.b");
  const child = { target: inline((text: string) => console.log(text)), args: ["shipped"] };
  assertEquals((await outcome(child)).stdout, "shipped\n");
});

test("inline() makes the child refuse with TargetError that names the free variables when there are some", async () => {
  const outer = Number("1");
  const further = Number("2");
  const target = inline(function adding(n: number) {
    return n + outer + further;
  });
  const error = await assertRejects(() => pool.apply(target, [1]), TargetError);
  assertStringIncludes(error.message, "Cannot run adding in another process: it uses outer, further from around it");
  const { code, stderr } = await outcome({ target, args: [1] });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "it uses outer, further from around it, pass them as arguments");
});

test("inline() throws TargetError when the function is native or bound, and TypeError when it is none", () => {
  assertThrows(() => inline(Math.max), TargetError, "it is native");
  assertThrows(() => inline(arrow.bind(null)), TargetError, "it is bound");
  assertThrows(() => inline("f" as never), TypeError);
});

test("A target from eval or standard input is refused with BootstrapError that says to put it in a file", async () => {
  const text = `
    import { Pool, Process } from ${JSON.stringify(LIBRARY)};
    export function work() {}
    const show = (error) => console.log(String(error));
    try { new Process({ target: work }).start(); } catch (error) { show(error); }
    const pool = new Pool(1);
    await pool.apply(work).catch(show);
    pool.close();
    await pool.join();
  `;
  const line =
    "BootstrapError: Cannot run function in another process: it is looked for in a module that comes from eval, standard " +
    "input or a prompt and cannot be imported again, put it in a file and register it there: task(import.meta, …)\n";
  const evaluated = await run(text, { isText: true });
  assertEquals([evaluated.stdout, evaluated.stderr], [line.repeat(2), ""]);
  const read = await run("-", { input: text });
  assertEquals([read.stdout, read.stderr], [line.repeat(2), ""]);
});

test("A target that eval or standard input imports from a file runs when it is registered there", async () => {
  const text = `
    import { Process } from ${JSON.stringify(LIBRARY)};
    import { registered } from ${JSON.stringify(new URL("./_fixtures/naming/registered.ts", import.meta.url).href)};
    const child = new Process({ target: registered.alone, args: ["a"], env: { SPEC_TELL: "1" } }).start();
    console.log(await child.join());
  `;
  assertEquals((await run(text, { isText: true })).stdout, "alone a\n0\n");
  assertEquals((await run("-", { input: text })).stdout, "alone a\n0\n");
});

test("A target is found when the path of its module holds spaces, signs of a URL and other letters", async () => {
  using folder = new Folder();
  const name = "a b#c%20é.ts";
  const text = `
    import { Process } from ${JSON.stringify(LIBRARY)};
    export function work(text: string) { console.log(text); }
    if (import.meta.main) console.log(await new Process({ target: work, args: ["found"] }).start().join());
  `;
  const { stdout, stderr } = await run(folder.write(name, text));
  assertEquals([stdout, stderr], ["found\n0\n", ""]);
  const cwd = folder.at("d e#f%20é");
  mkdirSync(cwd);
  const within = await run(folder.write("d e#f%20é/main.ts", text), { cwd });
  assertEquals([within.stdout, within.stderr], ["found\n0\n", ""]);
});

test("A target is found when its module lies below a link, and its module is loaded once", async () => {
  using folder = new Folder();
  mkdirSync(folder.at("real (1) #%41"));
  symlinkSync(folder.at("real (1) #%41"), folder.at("link"));
  folder.write("real (1) #%41/work.ts", `console.log("loaded"); export function work() { console.log("found"); }`);
  folder.write(
    "real (1) #%41/main.ts",
    `
    import { Process } from ${JSON.stringify(LIBRARY)};
    import { work } from "./work.ts";
    console.log(await new Process({ target: work }).start().join());
  `,
  );
  for (const way of ["link", "real (1) #%41"]) {
    const { stdout, stderr } = await run(folder.at(`${way}/main.ts`));
    assertEquals([stdout, stderr], ["loaded\nloaded\nfound\n0\n", ""], "once here and once in the child");
  }
});

test("A target is looked for without loading a module of which only types are imported", async () => {
  using folder = new Folder();
  folder.write("types.ts", `console.log("types loaded"); export interface One { n: number } export type Two = number;`);
  folder.write("work.ts", `export function work(n: number) { console.log("found", n); }`);
  const main = `
    import { Process } from ${JSON.stringify(LIBRARY)};
    import { type One, type Two } from "./types.ts";
    import { One as Other } from "./types.ts";
    import { work } from "./work.ts";
    const one: One & Other = { n: 1 as Two };
    console.log(await new Process({ target: work, args: [one.n] }).start().join());
  `;
  const { stdout, stderr } = await run(folder.write("main.ts", main));
  assertEquals([stdout, stderr], ["found 1\n0\n", ""]);
});

test("A target of every rule is found when the program may run others and nothing else", async () => {
  for (const which of ["own", "registered", "shipped", "imported"]) {
    const { stdout, stderr } = await run("function/_programs/unread.ts", { args: [which], flags: ["--allow-run"] });
    assertEquals([stdout, stderr], [`${which}\n0\n`, ""]);
  }
});

test("What the program has loaded first by --preload is loaded first by processes and workers too, wherever they are started", async () => {
  const cwd = fileURLToPath(new URL("../_support/", import.meta.url));
  const runtimeArgs = ["--preload", "./preload.js"];
  const { code, stdout, stderr } = await run("function/_programs/preloaded.ts", { cwd, runtimeArgs });
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: "true\ntrue\ntrue\ntrue\n", stderr: "" });
});

noLeaks(() => pool.terminate());
