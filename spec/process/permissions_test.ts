import { fork, Pool, type PoolOptions, Process, type ProcessOptions } from "../../mod.ts";
import type { Rights } from "./_fixtures/rights.ts";
import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { once } from "../_support/once.ts";
import { hasPermissions, run, start } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";
import { readFileSync } from "node:fs";
import process from "node:process";
import { until } from "../_support/async.ts";

const ALL: Rights = { read: true, write: true, env: true, sys: true, run: true, net: true };
const NONE: Rights = { read: false, write: false, env: false, sys: false, run: false, net: false };

type Told = Rights | string | number;

const ran = once((flags, args, env) =>
  run("process/_programs/rights.ts", { flags: JSON.parse(flags!), args: JSON.parse(args!), env: JSON.parse(env!) })
);

/** What a parent with these flags may do, and its children; or how a child failed. */
async function families(
  folder: Folder,
  flags: string[],
  options: ProcessOptions[],
  env: Record<string, string> = {},
): Promise<{ parent: Rights; children: Told[]; stderr: string }> {
  folder.write("there", "");
  const { stdout, stderr } = await ran(
    JSON.stringify(hasPermissions ? flags : []), // without permissions all parents are the same one
    JSON.stringify([folder.path, JSON.stringify(options)]),
    JSON.stringify(env),
  );
  const [parent, ...children] = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(children.length, options.length);
  return { parent, children, stderr };
}

/** The same of one child. */
async function family(
  folder: Folder,
  flags: string[],
  options: ProcessOptions = {},
  env: Record<string, string> = {},
): Promise<{ parent: Rights; child: Told; stderr: string }> {
  const { parent, children, stderr } = await families(folder, flags, [options], env);
  return { parent, child: children[0]!, stderr };
}

/** The rights where there are permissions; everything is allowed where there are none. */
function given(rights: Partial<Rights>): Rights {
  return hasPermissions ? { ...NONE, ...rights } : ALL;
}

test("Process gets by default the permissions that its parent holds whole", async () => {
  using folder = new Folder();
  const cases: [flags: string[], rights: Partial<Rights>][] = [
    [["--allow-all"], ALL],
    [["--allow-run"], { run: true }],
    [["--allow-run", "--allow-read", "--allow-net"], { run: true, read: true, net: true }],
    [["--allow-run", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"], { ...ALL, net: false }],
  ];
  for (const [flags, rights] of cases) {
    const { parent, child } = await family(folder, flags);
    assertEquals([parent, child], [given(rights), given(rights)], flags.join(" "));
  }
});

test("Process gets nothing of a permission that its parent holds for some scope only, unless it is told what", async () => {
  using folder = new Folder();
  const flags = ["--allow-run", `--allow-read=${folder.path}`];
  const { children } = await families(folder, flags, [{}, { permissions: { read: [folder.path] } }]);
  assertEquals(children, [given({ run: true }), given({ read: true })]);
});

test("Process gets the network of 127.0.0.1 when its parent may use that, since shared objects are reached there", async () => {
  using folder = new Folder();
  assertEquals((await family(folder, ["--allow-run", "--allow-net=127.0.0.1"])).child, given({ run: true, net: true }));
  assertEquals((await family(folder, ["--allow-run", "--allow-net=127.0.0.1:80"])).child, given({ run: true }));
});

test("Process gets nothing of a permission that its parent holds with exceptions", async () => {
  using folder = new Folder();
  const flags = ["--allow-run", "--allow-read", "--deny-read=/etc/hostname"];
  const { parent, child } = await family(folder, flags);
  assertEquals([parent, child], [given({ run: true, read: true }), given({ run: true })]);
});

test('Process gets no permission with "none", and only those named with a set', async () => {
  using folder = new Folder();
  const { children } = await families(folder, ["--allow-all"], [
    { permissions: "none" },
    { permissions: { env: true, write: [folder.path], net: false } },
    { permissions: { read: ["/etc"] } },
  ]);
  assertEquals(children, [given({}), given({ env: true, write: true }), given({})]);
});

test("Process.start() throws SpawnError that names the permission when the child would get more than its parent has", async () => {
  using folder = new Folder();
  const cases: [permissions: ProcessOptions["permissions"], flag: string][] = [
    [{ net: true }, "--allow-net"],
    [{ read: true }, "--allow-read"],
    [{ read: ["/etc"] }, "--allow-read=/etc"],
    [{ env: ["HOME"] }, "--allow-env=HOME"],
  ];
  const flags = ["--allow-run", `--allow-read=${folder.path}`];
  const { children } = await families(folder, flags, cases.map(([permissions]) => ({ permissions: permissions! })));
  for (const [at, [, flag]] of cases.entries()) {
    const refusal =
      `SpawnError: Cannot start process: it would get ${flag}, which this process does not have itself, run with ${flag} or`;
    if (hasPermissions) assertStringIncludes(String(children[at]), refusal);
    else assertEquals(children[at], ALL);
  }
});

test("Process, Pool and fork() throw TypeError that says what is wrong with a malformed set of permissions", () => {
  const cases: [permissions: unknown, says: string][] = [
    ["all", 'permissions is not "inherit", "none" or an object'],
    [new Map([["read", true]]), 'permissions is not "inherit", "none" or an object'],
    [Object.create({ read: true }), 'permissions is not "inherit", "none" or an object'],
    [["read"], 'permissions is not "inherit", "none" or an object'],
    [null, 'permissions is not "inherit", "none" or an object'],
    [{ reed: true }, "permissions.reed is not one of read, write, net, env, sys, run, ffi, import"],
    [{ read: 1 }, "permissions.read is not a boolean or an array of strings"],
    [{ read: null }, "permissions.read is not a boolean or an array of strings"],
    [{ read: "/etc" }, "permissions.read is not a boolean or an array of strings"],
    [{ env: ["HOME", 1] }, "permissions.env is not a boolean or an array of strings"],
    // deno-lint-ignore no-sparse-arrays
    [{ env: [, "HOME"] }, "permissions.env is not a boolean or an array of strings"],
    [{ net: [""] }, '"" in permissions.net is not a name'],
    [{ read: ["/a,/etc"] }, '"/a,/etc" in permissions.read is not one name: it holds a comma'],
    [{ env: ["A=B"] }, '"A=B" in permissions.env is not the name of a variable: it holds ='],
    [{ write: ["/a\n"] }, '"/a\\n" in permissions.write is not free of control characters'],
    [{ run: ["a\0b"] }, '"a\\u0000b" in permissions.run is not free of control characters'],
    [{ read: ["/etc/*"] }, '"/etc/*" in permissions.read is not a path'],
    [{ net: ["https://a.example"] }, '"https://a.example" in permissions.net is not a host'],
    [{ import: ["*"] }, '"*" in permissions.import is not a host'],
    [{ net: ["::1"] }, '"::1" in permissions.net is not a host'],
    [{ ffi: ["file:///a.so"] }, '"file:///a.so" in permissions.ffi is not a path'],
  ];
  for (const [permissions, says] of cases) {
    const options = { permissions } as ProcessOptions;
    for (
      const attempt of [() => new Process(options), () => new Pool(1, options as PoolOptions), () => fork(options)]
    ) {
      const { message } = assertThrows(attempt, TypeError);
      assertMatch(message, /^Cannot (make process|make pool|fork): /);
      assertStringIncludes(message, says);
    }
  }
});

test("Process.start() gives what a set names at that moment, and throws TypeError when it is malformed by then", async () => {
  const scopes: string[] = [];
  const child = new Process({ permissions: { read: scopes } });
  scopes.push("/a,/etc");
  assertThrows(() => child.start(), TypeError, "it holds a comma");
  scopes.pop();
  assertEquals(await child.start().join(), 0);
});

test("Process.start() throws SpawnError when runtimeArgs would give permissions, where there are any", async () => {
  using folder = new Folder();
  if (!hasPermissions) return assertEquals((await family(folder, [])).child, ALL);
  const granting = ["--allow-all", "-A", "--allow-read", "--allow-net=a.example", "-R", "-WN", "--permission-set"];
  const { children } = await families(folder, ["--allow-run"], granting.map((flag) => ({ runtimeArgs: [flag] })));
  for (const child of children) {
    assertMatch(String(child), /^SpawnError: Cannot start process: .*, use the permissions option$/);
  }
});

test("Process starts although a variable LD_… is set that the program may not pass on, and without it", async () => {
  using folder = new Folder();
  const flags = [`--allow-run=${process.execPath},true`, "--allow-env"];
  const { child, stderr } = await family(folder, flags, {}, { LD_LIBRARY_PATH: "/nowhere" });
  assertEquals([child, stderr], [given({ env: true }), ""]);
});

test("Process.start() throws SpawnError that says what to do when a variable LD_… is set and the environment may not be read, where that is refused", async () => {
  using folder = new Folder();
  const env = { LD_LIBRARY_PATH: "/nowhere" };
  const { child } = await family(folder, [`--allow-run=${process.execPath}`], {}, env);
  if (hasPermissions) {
    assertMatch(String(child), /^SpawnError: Cannot start process: .*LD_LIBRARY_PATH.*, unset it, or run with/);
  } else assertEquals(child, ALL);
});

test("Process and Pool give children that may do nothing what they need to reach the shared objects that they are given", async () => {
  for (const flags of [["--allow-all"], ["--allow-run", "--allow-net=127.0.0.1"]]) {
    const { code, stdout, stderr } = await run("process/_programs/rights_of_sharers.ts", { flags });
    assertEquals({ code, stdout, stderr }, { code: 0, stdout: "by a child\nby a worker\n", stderr: "" });
  }
});

test("Process and Pool give their children what they need also in a child that may do more than these", async () => {
  const { code, stdout, stderr } = await run("process/_programs/rights_of_sharers.ts", {
    flags: ["--allow-all"],
    args: ["in a child"],
  });
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: "by a child\nby a worker\n", stderr: "" });
});

test("Process is denied the addresses from which its parent may not import, also when the parent was given no others", async () => {
  const denied = "--deny-import=10.1.2.3:8080";
  const flags = ["--allow-run", "--allow-read", "--allow-net=127.0.0.1", denied];
  const program = start("process/_programs/held_child.ts", { flags: hasPermissions ? flags : [] });
  await until(() => program.stdout().includes("\n"), "the child runs");
  const pid = Number(program.stdout());
  const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  process.kill(pid, "SIGKILL");
  const { code, stdout, stderr } = await program.ended;
  assertEquals([line.includes(denied), code, stdout, stderr], [hasPermissions, 0, `${pid}\n-9\n`, ""]);
});

test("Process finds modules as the project of the main module says, wherever it is started", async () => {
  using folder = new Folder();
  const names = { greet: "./greeting.ts" };
  folder.write("deno.json", JSON.stringify({ imports: names }));
  folder.write("tsconfig.json", JSON.stringify({ compilerOptions: { paths: { greet: [names.greet] } } }));
  folder.write("greeting.ts", `export const greeting: string = "hello from the project";\n`);
  const main = folder.write(
    "main.ts",
    `
    import { Process } from ${JSON.stringify(new URL("../../mod.ts", import.meta.url).href)};
    import { greeting } from "greet";
    export function work() { console.log(greeting); }
    if (import.meta.main) console.log(await new Process({ target: work }).start().join());
  `,
  );
  for (const cwd of ["/", folder.path]) {
    const { stdout, stderr } = await run(main, { cwd });
    assertEquals([stdout, stderr], ["hello from the project\n0\n", ""]);
  }
});

noLeaks();
