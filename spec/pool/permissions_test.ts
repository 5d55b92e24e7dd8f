import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Pool, ProtocolError } from "../../mod.ts";
import { refuseImport } from "./_fixtures/import_liar.ts";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "../_support/assert.ts";
import { following, hasPermissions, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const PROGRAM = "pool/_programs/squares.ts";
const PERMITTED = { code: 0, stdout: "1 4 9\n", stderr: "" };

async function squares(...flags: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await run(PROGRAM, { flags });
  return { code, stdout, stderr };
}

test("Pool runs tasks when the program may run programs and use the network of 127.0.0.1, or needs no permission", async () => {
  assertEquals(await squares("--allow-run", "--allow-net=127.0.0.1"), PERMITTED);
});

test("Pool runs a task of a registered function whose module its workers were not started with, with these permissions", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/two_modules.ts", {
    flags: ["--allow-run", "--allow-net=127.0.0.1"],
  });
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: "9 27\n", stderr: "" });
});

/** Lines of a program that may read the library, but does so in part only: its workers may read nothing. */
async function computed(): Promise<string[]> {
  const library = decodeURIComponent(new URL("..", import.meta.url).pathname);
  const { code, stdout, stderr } = await run("pool/_programs/pipelining_computed.ts", {
    flags: ["--allow-run", "--allow-net=127.0.0.1", `--allow-read=${library}`],
  });
  assertEquals([code, stderr], [0, ""]);
  return stdout.split("\n");
}

test("Pool runs a task and a broadcast of a function whose module was imported by a computed name, when the program may read it and its workers may not", async () => {
  assertEquals((await computed()).slice(0, 3), ["4 4", "8 27", "64 64"]);
});

test("Pool rejects with the error of a module that no worker can import, after one more try, and goes on", async () => {
  const [first, failed, ...rest] = (await computed()).slice(3);
  assertMatch(failed!, /^BootstrapError: Cannot import file:\S+ in a worker: TypeError: not for children\. /);
  assertEquals([first, ...rest], ["25", "36 true", ""]);
});

test("Pool rejects with a BrokenPoolError that names --allow-net=127.0.0.1 when the program may only run programs, or runs without permissions", async () => {
  const ended = await squares("--allow-run");
  if (!hasPermissions) return assertEquals(ended, PERMITTED);
  assertEquals([ended.code, ended.stdout], [1, ""]);
  assertMatch(ended.stderr, /BrokenPoolError: .*run with --allow-net=127\.0\.0\.1/);
});

test("Pool rejects with a BrokenPoolError that names --allow-run when the program may only use the network, or runs without permissions", async () => {
  const ended = await squares("--allow-net=127.0.0.1");
  if (!hasPermissions) return assertEquals(ended, PERMITTED);
  assertEquals([ended.code, ended.stdout], [1, ""]);
  assertMatch(ended.stderr, /BrokenPoolError: .*run with --allow-run/);
});

test("Pool rejects with a BrokenPoolError that names what is missing when the program may do nothing, or runs without permissions", async () => {
  const ended = await squares();
  if (!hasPermissions) return assertEquals(ended, PERMITTED);
  assertEquals([ended.code, ended.stdout], [1, ""]);
  assertMatch(ended.stderr, /BrokenPoolError: .*run with --allow-/);
});

test("Pool runs tasks when a deny list stands beside a grant", async () => {
  const base = ["--allow-run", "--allow-net=127.0.0.1"];
  const denials = [
    ["--allow-read", "--deny-read=/etc"],
    ["--allow-env", "--deny-env=HOME"],
    ["--deny-run=/bin/false"],
    ["--allow-write", "--deny-write=/etc", "--allow-read"],
  ];
  for (const denied of denials) assertEquals(await squares(...base, ...denied), PERMITTED, denied.join(" "));
  assertEquals(await squares("--allow-run", "--allow-net", "--deny-net=10.0.0.1"), PERMITTED);
  assertEquals(await squares("--allow-all", "--deny-net=10.0.0.1"), PERMITTED);
});

test("Pool gives its workers no right that is denied to the program, where there are permissions", async () => {
  const { code, stdout, stderr } = await run("pool/_programs/reads.ts", {
    flags: ["--allow-run", "--allow-net=127.0.0.1", "--allow-read", "--deny-read=/etc"],
  });
  assertEquals([code, stderr], [0, ""]);
  if (!hasPermissions) return assertEquals(stdout, "read read\n");
  assertStringIncludes(stdout, "NotCapable");
  assertEquals(stdout.trim().split(" ")[0], "NotCapable", "the program itself is refused");
  assertEquals(stdout.trim().split(" ")[1], "NotCapable", "and so is the worker");
});

/** Runs the program without `--no-prompt`, where nobody is there to be asked: a refusal is remembered then. */
async function refusedFirst(...flags: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = fileURLToPath(new URL("_programs/refused_first.ts", import.meta.url));
  const child = spawn(process.execPath, [...hasPermissions ? ["run", ...flags] : [], program], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await following(child).ended;
  return { code, stdout, stderr };
}

test("Pool runs tasks after the program was refused an access of every other permission, where nobody can be asked", async () => {
  const sets = [["--allow-run", "--allow-net=127.0.0.1"], [`--allow-run=${process.execPath}`, "--allow-net=127.0.0.1"]];
  for (const flags of sets) {
    const refused = hasPermissions ? "read write net env sys" : "";
    const { code, stdout, stderr } = await refusedFirst(...flags);
    assertEquals([code, stdout, stderr], [0, `refused: ${refused}\n1 4 9\n`, ""], flags.join(" "));
  }
});

test("Pool rejects with a BrokenPoolError that names the missing flag, and no flag to run without, after an access was refused, or runs without permissions", async () => {
  const cases: [flags: string[], says: RegExp][] = [
    [["--allow-run"], /BrokenPoolError: .*run with --allow-net=127\.0\.0\.1/],
    [["--allow-run", "--allow-net=example.org"], /BrokenPoolError: .*run with --allow-net=127\.0\.0\.1/],
    [["--allow-net=127.0.0.1"], /BrokenPoolError: .*run with --allow-run/],
    [["--allow-run=true", "--allow-net=127.0.0.1"], /BrokenPoolError: .*run with --allow-run/],
    [["--allow-read"], /BrokenPoolError: .*run with --allow-/],
  ];
  for (const [flags, says] of cases) {
    const { code, stdout, stderr } = await refusedFirst(...flags);
    if (!hasPermissions) assertEquals([code, stdout], [0, "refused: \n1 4 9\n"]);
    else {
      assertEquals(code, 1);
      assertMatch(stderr, says);
      assertEquals(/run without|--deny-/.exec(stderr)?.[0], undefined, flags.join(" "));
    }
  }
});

test("Pool rejects the task of a worker that says it may not import a module which is none of the task's function", async () => {
  await using pool = new Pool(1);
  for (
    const url of ["file:///of/no/function.ts", "https://other.example/of_no_function.ts", "data:text/javascript,0", ""]
  ) {
    await assertRejects(
      () => pool.apply(refuseImport, [url]),
      ProtocolError,
      "asks for a module that is not the task's",
    );
  }
});

noLeaks();
