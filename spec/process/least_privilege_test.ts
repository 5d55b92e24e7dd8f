import { readFileSync, realpathSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { cpuCount } from "../../mod.ts";
import { beyond } from "./_fixtures/least_privilege_held.ts";
import { type Row, ROWS, tableOf } from "./_fixtures/least_privilege_rows.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../_support/assert.ts";
import { scratch } from "../_support/folder.ts";
import { type Ended, hasPermissions, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");
const PATIENCE = { limit: 120_000 };
let sockets = 0;

/** What has run already: what several cases ask of is run once. */
const runs = new Map<string, Promise<Ended>>();

/** Runs a use with these flags, which make no difference where there are no permissions. */
function use(name: string, flags: readonly string[], row: Pick<Row, "env"> = {}): Promise<Ended> {
  const key = JSON.stringify([name, row.env, hasPermissions ? flags : []]);
  const running = runs.get(key) ?? runOnce(name, flags, row);
  runs.set(key, running);
  return running;
}

/** The places in the flags are filled in. */
async function runOnce(name: string, flags: readonly string[], { env }: Pick<Row, "env">): Promise<Ended> {
  const path = `${scratch()}/s${sockets++}`;
  const filled = flags.map((flag) => flag.replace("<path>", path).replace("<folder>", FOLDER));
  return await run("process/_programs/least_privilege.ts", { flags: filled, args: [name, path], env: { ...env } });
}

/** What a program told: the value, what it may do itself, and what each of its children may. */
function told({ stdout }: Ended): { value: unknown; own: number[]; children: number[][] } {
  const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
  const { value, own, children } = lines.pop();
  return { value, own, children: [...lines, ...children] };
}

/** Does so for all, some at a time. */
async function forAll<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  }));
}

/** What somebody reads first: all before the first line of a stack. */
function head({ stderr }: Ended): string {
  return stderr.split(/\n\s+at /)[0]!;
}

const uses = ROWS.flatMap((row) => Object.entries(row.uses).map(([name, value]) => ({ row, name, value })));

test("docs/permissions.md has the table of what needs which permissions", () => {
  const page = readFileSync(`${FOLDER}/../../docs/permissions.md`, "utf8");
  assertStringIncludes(page, `\n${tableOf(ROWS)}\n`);
});

test("Every row of the table runs with exactly its flags, and needs none where there are no permissions", async () => {
  await forAll(uses, async ({ row, name, value }) => {
    const ended = await use(name, row.flags, row);
    assertEquals([ended.code, ended.stderr], [0, ""], name);
    assertEquals(told(ended).value, value, name);
  });
}, PATIENCE);

test(
  "Every row of the table ends at once, with an error that names the flag, when one of its flags is missing, and runs where there are no permissions",
  async () => {
    const first = uses.filter(({ row, name }) => Object.keys(row.uses)[0] === name);
    const fewer = first.flatMap((one) => one.row.flags.map((flag) => ({ ...one, flag })));
    const errors = fewer.filter(({ row, flag }) => row.without?.[flag] === undefined);
    await forAll(errors, async ({ row, name, flag }) => {
      const ended = await use(name, row.flags.filter((other) => other !== flag), row);
      if (!hasPermissions) return assertEquals([ended.code, ended.stderr], [0, ""], name);
      assert(ended.code !== 0 && ended.signal === null, `${name} without ${flag}: ${JSON.stringify(ended)}`);
      const named = flag.replace("<path>", "").replace("=<folder>", "");
      assertStringIncludes(head(ended), named, `${name} without ${flag}: ${ended.stderr}`);
      assertMatch(head(ended), /\b(Spawn|Connect|BrokenPool|Unsupported|Target)Error: Cannot /, name);
    });
  },
  PATIENCE,
);

test("Every row of the table that can do without a flag does so when it is missing, where there are permissions", async () => {
  const optional = uses.flatMap(({ row, name }) =>
    Object.entries(row.without ?? {}).map(([flag, value]) => ({ row, name, flag, value }))
  );
  await forAll(optional, async ({ row, name, flag, value }) => {
    const ended = await use(name, row.flags.filter((other) => other !== flag), row);
    assertEquals([ended.code, ended.stderr], [0, ""], name);
    const expected = hasPermissions ? value === "of the machine" ? cpuCount() : value : row.uses[name];
    assertEquals(told(ended).value, expected, `${name} without ${flag}`);
  });
});

test("Children, workers, managers and fork children may nothing that their parent may not", async () => {
  const most = ["--allow-run", "--allow-net", "--deny-net=10.0.0.1,127.0.0.1:9", "--allow-read", "--deny-read=/etc"];
  const lists = ["--allow-net=127.0.0.1,example.com", "--allow-env=HOME,PATH", "--allow-read=/etc", "--allow-sys"];
  const more = ["process", "fork", "pool", "queue"].map((name, at) => ({
    name,
    flags: at % 2 === 0 ? most : ["--allow-run", ...lists],
  }));
  const fewest = uses.filter(({ row }) => row.flags.includes("--allow-run"));
  await forAll([...fewest.map(({ row, name }) => ({ name, flags: row.flags })), ...more], async ({ name, flags }) => {
    const ended = await use(name, flags);
    assertEquals([ended.code, ended.stderr], [0, ""], `${name} ${flags.join(" ")}`);
    const { own, children } = told(ended);
    assert(children.length > 0 && own.some((right) => right > 0), name);
    for (const child of children) assertEquals(beyond(child, own), [], `${name} ${flags.join(" ")}`);
  });
}, PATIENCE);

test("Process and Pool run with --allow-run for the runtime's own binary only, and where there are no permissions", async () => {
  const flags = [`--allow-run=${realpathSync(process.execPath)}`, "--allow-net=127.0.0.1"];
  for (const name of ["process", "fork", "pool"]) {
    const ended = await use(name, flags);
    assertEquals([ended.code, ended.stderr], [0, ""], name);
  }
});

test(
  "Errors of a refused permission say which flag is missing beside a grant that is too small, and which is too much, where there are permissions",
  async () => {
    const cases: [name: string, flags: string[], says: string][] = [
      ["process", ["--allow-run=true"], "run with --allow-run"],
      ["process", ["--allow-run", "--deny-run"], "and without --deny-run"],
      ["pool", ["--allow-run", "--deny-run", "--allow-net=127.0.0.1"], "and without --deny-run"],
      ["pool", ["--allow-run", "--allow-net=example.com"], "run with --allow-net=127.0.0.1"],
      ["pool", ["--allow-run", "--allow-net=127.0.0.1:80"], "run with --allow-net=127.0.0.1"],
      ["pool", ["--allow-run", "--allow-net=127.0.0.1", "--deny-net"], "and without --deny-net"],
      ["queue", ["--allow-run", "--allow-net", "--deny-net=127.0.0.1"], "run without --deny-net"],
      ["manager", ["--allow-run", "--allow-net=127.0.0.1", "--deny-net"], "and without --deny-net"],
      ["listener-tcp", ["--allow-net=example.com"], "run with --allow-net=127.0.0.1"],
      ["listener-tcp", ["--allow-net", "--deny-net"], "and without --deny-net"],
      ["listener-unix", ["--allow-net", "--allow-read", "--allow-write=/nowhere"], "run with --allow-write=/"],
    ];
    await forAll(cases, async ([name, flags, says]) => {
      const ended = await use(name, flags);
      const title = `${name} ${flags.join(" ")}`;
      if (!hasPermissions) return assertEquals([ended.code, ended.stderr], [0, ""], title);
      assert(ended.code !== 0, title);
      assertStringIncludes(head(ended), says, `${title}: ${ended.stderr}`);
    });
  },
  PATIENCE,
);

noLeaks();
