import { Queue } from "../../mod.ts";
import { encode } from "../../src/codec/codec.ts";
import { assertEquals } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { hasPermissions, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const INTRUSION = JSON.stringify({
  reads: !hasPermissions,
  writes: !hasPermissions,
  connects: !hasPermissions,
});

test("encode() reports the handles of the shared objects in a value, and none for data that looks alike", () => {
  const queue = new Queue();
  const written = encode({ list: [queue, queue, undefined], ...{ again: new Map([["queue", queue]]) } }, "value");
  assertEquals(written.handles.map(({ handle }) => (handle as string[])[0]), ["Queue"]);
  assertEquals(written.handles.map(({ addresses }) => addresses.length), [1]);
  const data = JSON.parse(written.text);
  for (const value of [data, [data, undefined], { h: data }, written.text]) {
    assertEquals(encode(value, "value").handles, []);
  }
});

test("Data that looks like a handle grants nothing to a child, however it comes to it, where there are permissions", async () => {
  using folder = new Folder();
  const file = folder.write("secret", "secret");
  for (const [program, children] of [["data_grants.ts", 7], ["data_grants_fork.ts", 1]] as const) {
    const flags = ["--allow-all"];
    const { code, stdout, stderr } = await run(`codec/_programs/${program}`, { flags, args: [file] });
    const lines = new Array(children).fill(INTRUSION);
    assertEquals({ code, lines: stdout.trim().split("\n"), stderr }, { code: 0, lines, stderr: "" }, program);
  }
});

test("A handle that a worker forged grants nothing to a child to which it is passed on, where there are permissions", async () => {
  using folder = new Folder();
  const file = folder.write("secret", "secret");
  const { code, stdout, stderr } = await run("codec/_programs/forged_handles.ts", {
    flags: ["--allow-all"],
    args: [file],
  });
  assertEquals({ code, stdout, stderr }, { code: 0, stdout: `true\n${INTRUSION}\n`, stderr: "" });
});

test("A child that may do nothing can use an object that a worker or a manager owns", async () => {
  for (const flags of [["--allow-all"], ["--allow-run", "--allow-net=127.0.0.1"]]) {
    const { code, stdout, stderr } = await run("codec/_programs/passed_on.ts", { flags });
    assertEquals({ code, stdout, stderr }, { code: 0, stdout: "worker\nmanager\n", stderr: "" });
  }
});

noLeaks();
