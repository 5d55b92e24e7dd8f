import "../../mod.ts";
import { thisProcess } from "../../src/runtime/installed.ts";
import { assert, assertEquals, assertMatch } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { hasPermissions, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { readdirSync, readFileSync } from "node:fs";

test("Self knows pid, parent, main module, processors and variables, and no boot message in a first process", async () => {
  const { stdout } = await run("runtime/_programs/self.ts", { env: { SPEC_SET: "set" } });
  const { cpus, ...facts } = JSON.parse(stdout);
  assert(Number.isInteger(cpus) && cpus > 0);
  assertEquals(facts, {
    pid: true,
    ppid: true,
    main: new URL("./_programs/self.ts", import.meta.url).href,
    env: ["set", null],
    boot: null,
  });
});

test("Self.main is null when the program comes from eval or standard input", async () => {
  const text = `import ${JSON.stringify(new URL("./_programs/self.ts", import.meta.url).href)};`;
  assertEquals(JSON.parse((await run(text, { isText: true })).stdout).main, null);
  assertEquals(JSON.parse((await run("-", { input: text })).stdout).main, null);
});

test("Self.host tells a program's own thread, another of its threads and a test runner from each other", async () => {
  assertEquals(thisProcess().host, "test runner");
  const env = { NODE_ENV: "test" };
  for (const options of [{}, { env }, { flags: ["--allow-read"] }]) {
    assertEquals((await run("runtime/_programs/host.ts", options)).stdout, "program\nthread\n");
  }
});

test("Self.atExit() runs the clean-up once when the program ends, exits, throws or rejects", async () => {
  for (const way of ["return", "exit", "own", "throw", "reject"]) {
    const { code, stderr } = await run("runtime/_programs/at_exit.ts", { args: [way] });
    assertEquals(code, way === "throw" || way === "reject" ? 1 : 0, way);
    assertEquals(stderr.split("cleaned\n").length, 2, way);
  }
});

test("Self.atExit() makes the program end with the code that the clean-up gives", async () => {
  assertEquals((await run("runtime/_programs/adapter_self.ts", { args: ["code"] })).code, 5);
});

test("Self.nextTurn() calls back in a later turn of the event loop, which it keeps running until then", async () => {
  const { code, stdout } = await run("runtime/_programs/adapter_self.ts", { args: ["nextTurn"] });
  assertEquals([code, stdout], [0, "now\nlater\n"]);
});

test("Self.unrefTimeout() calls back when its time has come, and does not keep the program running", async () => {
  assertEquals((await run("runtime/_programs/adapter_self.ts", { args: ["timeout"] })).stdout, "true\n");
  const begin = Date.now();
  const { code, stdout } = await run("runtime/_programs/adapter_self.ts", { args: ["unreferenced"] });
  assertEquals([code, stdout], [0, ""]);
  assert(Date.now() - begin < 15_000);
});

test("Muting.mute() lets nothing of what the program writes be seen, until the function is called that it gives", async () => {
  assertEquals((await run("runtime/_programs/adapter_self.ts", { args: ["mute"] })).stdout, "heard\n");
});

test("Self.recordRefusals() tells the first permission that was refused meanwhile, also when the program caught it, and null when there was none", async () => {
  const refused = thisProcess().recordRefusals?.() ?? (() => null);
  assertEquals(refused(), null);
  const flags = ["--allow-run", "--allow-env"];
  const { stdout } = await run("runtime/_programs/adapter_refusals.ts", { flags, args: ["/etc/hostname"] });
  assertEquals(JSON.parse(stdout), hasPermissions ? ["NotCapable", true, true] : [null, false, true]);
});

test("Self.checkDescriptors() throws what the system says while no descriptor is left, and leaves none open", async () => {
  const before = readdirSync("/proc/self/fd").length;
  for (let n = 0; n < 100; n++) thisProcess().checkDescriptors?.();
  assert(readdirSync("/proc/self/fd").length < before + 50);
  const { stdout } = await run("runtime/_programs/adapter_self.ts", { args: ["descriptors"], limits: "ulimit -n 150" });
  assertMatch(stdout, /^(EMFILE|Too many open files)/);
});

test(
  "Self.forgetFailedModules() lets a module be imported again that failed since a file was missing which it imports, and gives that file",
  async () => {
    const { forgetFailedModules } = thisProcess();
    if (forgetFailedModules === undefined) return; // what the library loads does not fail so there
    using folder = new Folder();
    const top = folder.write("top.ts", 'export { two } from "./middle.ts";');
    folder.write("middle.ts", 'export { two } from "./bottom.ts";');
    const base = `file://${folder.at("base.ts")}`;
    const load = Object.assign(() => import(top), { toString: () => '() => import("./top.ts")' });
    const failure = await load().catch((error) => error);
    assertEquals(forgetFailedModules(failure, base, load), folder.at("middle.ts"));
    folder.write("bottom.ts", "export const two = 2;");
    assertEquals((await load()).two, 2);
    assertEquals(forgetFailedModules(new Error("another"), base, load), null);
  },
);

test("Self.residentBytes() is what the system says that this process occupies", () => {
  const said = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024;
  const own = thisProcess().residentBytes!();
  assert(own > said / 2 && own < said * 2, `${own} of ${said} bytes`);
});

test("Interrupts.listen() calls back at SIGINT in the place of its default until it is ended, and is no listener of the program's own: those alone Interrupts.isHeardByProgram() tells", async () => {
  const { signal, stdout } = await run("runtime/_programs/adapter_self.ts", { args: ["interrupts"] });
  assertEquals([JSON.parse(stdout), signal], [[[false, true, false], ["ours"]], "SIGINT"]);
});

test("Interrupts.ignore() makes SIGINT do nothing from then on", async () => {
  const ignoring = await run("runtime/_programs/interrupt.ts", { args: ["ignore"] });
  assertEquals([ignoring.code, ignoring.stdout], [0, "goes on\n"]);
  const plain = await run("runtime/_programs/interrupt.ts", { args: ["obey"] });
  assertEquals([plain.signal, plain.stdout], ["SIGINT", ""]);
});

test("Interrupts.ignoreTermination() makes SIGTERM do nothing from then on but call the program's listeners, of which it tells", async () => {
  const { code, stdout } = await run("runtime/_programs/termination.ts");
  assertEquals([code, stdout], [0, "goes on, told 0\ncalled\ngoes on, told 1\n"]);
});

test("Self.writeStderr() has written all when it returns, also a megabyte", async () => {
  const { code, stderr } = await run("runtime/_programs/farewell.ts", { args: ["warn"] });
  assertEquals([code, stderr.length, /^w+$/.test(stderr)], [3, 1 << 20, true]);
});

test("Self.exitWhenFlushed() ends the program with the code when its output is out, although a timer is pending", async () => {
  const { code, stdout } = await run("runtime/_programs/farewell.ts", { args: ["leave"] });
  assertEquals([code, stdout.length], [3, 1 << 20]);
});

noLeaks();
