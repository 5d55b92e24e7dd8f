import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import process from "node:process";
import type { PermissionSet } from "../../mod.ts";
import { beyond, type Probed } from "./_fixtures/permission_probes.ts";
import type { Ask, Outcome } from "./_programs/permission_matrix.ts";
import { assertEquals } from "../_support/assert.ts";
import { Folder } from "../_support/folder.ts";
import { hasPermissions, run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

const LIMIT = { limit: 120_000 };
const NAMES = ["read", "write", "net", "env", "sys", "run", "ffi", "import"] as const;

// --- what parents have ---

const DENIALS = [
  "--deny-read=<F>/secret",
  "--deny-write=<F>/secret",
  "--deny-net=127.0.0.1:8,example.com,10.0.0.0/8",
  "--deny-env=SECRET",
  "--deny-sys=hostname",
  "--deny-run=false",
  "--deny-ffi=<F>/secret",
  "--deny-import=jsr.io:443",
];

/** A parent of each kind; each may start children, since it could not be asked for any otherwise. */
const PARENTS: Record<string, string[]> = {
  "all": ["--allow-all"],
  "nothing more": ["--allow-run"],
  "nothing more than the runtime": [`--allow-run=${process.execPath}`, "--allow-net=127.0.0.1"],
  "lists": [
    "--allow-read=<F>/open",
    "--allow-write=<F>/open",
    "--allow-net=127.0.0.1,example.com:443",
    "--allow-env=SAFE_A,SAFE_B",
    "--allow-sys=hostname,osRelease",
    `--allow-run=${process.execPath},true`,
    "--allow-ffi=<F>/open",
    "--allow-import=example.com:443",
  ],
  "patterns": [
    "--allow-read=./open",
    "--allow-write=.",
    "--allow-net=*.example.com,10.0.0.0/8,127.0.0.1:8",
    "--allow-env=SAFE_*",
    "--allow-run",
    "-I=*.example.com,10.0.0.0/8",
  ],
  "all but deny lists": ["--allow-all", ...DENIALS],
  "lists beside deny lists": [
    "--allow-read=<F>",
    "--allow-write=<F>",
    "--allow-net=127.0.0.1,10.0.0.1:80,example.com:443,localhost",
    "--allow-env=S*",
    "--allow-run",
    "--allow-import=example.com,jsr.io",
    ...DENIALS,
  ],
  "lists beside deny lists of everything": [
    "--allow-read=<F>/open",
    "--allow-net=127.0.0.1:7,localhost",
    "--allow-env=SAFE_A",
    "--allow-run",
    "--allow-import=example.com",
    ...["read", "net", "env", "import", "sys"].map((name) => `--deny-${name}`),
  ],
  "all but imports": ["--allow-all", "--deny-import"],
  "what is ignored": ["--allow-all", "--ignore-read=<F>/secret", "--ignore-env=SECRET", "--deny-import=other.org"],
  "a set of deno.json": ["--config=<F>/deno.json", "-P=limited"],
};

const SET = {
  run: true,
  read: ["./open"],
  net: { allow: ["127.0.0.1", "example.com", "10.0.0.1:80"], deny: ["127.0.0.1:8", "10.0.0.0/8"] },
  env: { allow: true, deny: ["SECRET"] },
  import: { allow: ["jsr.io:443"] },
};

// --- what is asked for children ---

const SCOPES: Record<keyof PermissionSet, string[]> = {
  read: [".", "open", "./secret", "../..", "<F>/open", "<F>/open/../secret", "<F>", "/", "<F>/open/link", "./~"],
  write: ["open", "<F>/secret", "<F>"],
  net: [
    ...["127.0.0.1", "127.0.0.1:8", "127.0.0.0/8", "localhost", "localhost:8", "[::ffff:127.0.0.1]:8", "[::1]", ":8"],
    ...["example.com", "example.com:443", "*.example.com", "EXAMPLE.com.", "10.0.0.0/8", "10.0.0.1:80", "0.0.0.0/0"],
    ...["unix:/etc/socket", "http://127.0.0.1:8", "*"],
  ],
  env: ["SAFE_A", "SECRET", "S*", "SAFE*", "SAFE_*", "SECRE*", "*", "safe_a"],
  sys: ["hostname", "osRelease", "username"],
  run: ["true", "false", "/bin/false", "./bin/true", "deno", "cat"],
  ffi: ["open", "<F>/secret", "libc.so.6"],
  import: ["example.com:443", "example.com", "*.example.com", "jsr.io:443", "jsr.io", "10.0.0.0/8"],
};

const one = (name: string, scopes: unknown): Ask => ({ by: "Process", permissions: { [name]: scopes } });

const ASKS: Ask[] = [
  ...(["Process", "Pool", "fork()"] as const).flatMap((by): Ask[] => [
    { by, permissions: "inherit" },
    { by, permissions: "none" },
    { by, permissions: { read: ["open"], env: ["SAFE_A"] } },
    { by, permissions: { net: ["localhost"] } },
  ]),
  { by: "Manager" },
  ...NAMES.flatMap((name) => [one(name, true), ...SCOPES[name].map((scope) => one(name, [scope]))]),
  { by: "Process", permissions: Object.fromEntries(NAMES.map((name) => [name, []])) },
  { by: "Process", permissions: Object.fromEntries(NAMES.map((name) => [name, false])) },
  // In another directory, and with another PATH, in which `true` is a program that nobody was granted.
  { by: "Process", permissions: { read: ["."], write: ["open"], ffi: ["open"] }, cwd: "/etc" },
  { by: "Process", permissions: { run: ["true"] }, env: { PATH: "<F>/bin" } },
  { by: "Process", permissions: "inherit", env: { JSR_URL: "https://other.org" } },
  { by: "Process", permissions: "none", env: { DENO_PERMISSION_BROKER_PATH: "" } },
  { by: "Process", permissions: { import: ["jsr.io:443"] }, env: { JSR_URL: "https://other.org" } },
];

const GRANDCHILDREN: Ask[] = [
  "inherit" as const,
  ...[{ read: true }, { read: ["/"] }, { net: ["127.0.0.1"] }, { env: ["S*"] }, { env: ["SECRET"] }, { import: true }],
].map((permissions) => ({ by: "Process", permissions }));

// --- what becomes of it ---

/** A folder as the flags, scopes and probes above name it. */
class Place extends Folder {
  constructor() {
    super();
    for (const name of ["open", "secret", "bin"]) mkdirSync(this.at(name));
    for (const name of ["open/file", "secret/file"]) this.write(name, "");
    symlinkSync("../secret", this.at("open/link"));
    copyFileSync("/bin/true", this.at("bin/true"));
    chmodSync(this.at("bin/true"), 0o755);
    this.write("deno.json", JSON.stringify({ permissions: { limited: SET } }));
  }

  /** Runs a parent: what it may, what its fork children may, and what became of what it was asked. */
  async family(flags: string[], asks: Ask[]): Promise<{ own: Probed; forked: Probed[]; outcomes: Outcome[] }> {
    const { code, stdout, stderr } = await run("process/_programs/permission_matrix.ts", {
      flags: flags.map((flag) => this.filled(flag)),
      args: [this.path, this.filled(JSON.stringify(asks))],
      env: { SAFE_A: "a", SAFE_B: "b", SECRET: "s" },
      cwd: this.path,
      limit: 90_000,
    });
    assertEquals(code, 0, `${flags.join(" ")}: ${stderr}`);
    const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
    const told = lines.find((line) => "own" in line);
    return { ...told, forked: lines.flatMap((line) => line.forked ?? []) };
  }

  filled(text: string): string {
    return text.replaceAll("<F>", this.path);
  }
}

/** Without permissions all parents are the same one. */
const parents = Object.entries(hasPermissions ? PARENTS : { all: [] });

test(
  "Process, Pool, Manager and fork() give a child nothing that its parent has not, whatever the parent has and is asked for",
  async () => {
    const wrong: string[] = [];
    await Promise.all(parents.map(async ([name, flags]) => {
      using place = new Place();
      const { own, forked, outcomes } = await place.family(flags, name === "all" ? ASKS.slice(0, 13) : ASKS);
      const children = outcomes.flatMap((outcome, at) =>
        typeof outcome === "string" ? [] : outcome.map((probed) => [JSON.stringify(ASKS[at]), probed] as const)
      );
      for (const [ask, probed] of [...children, ...forked.map((probed) => ["fork()", probed] as const)]) {
        const more = beyond(probed, own);
        if (more.length > 0) wrong.push(`${name}, ${ask}: ${more.join("; ")}`);
      }
      const broken = outcomes.filter((outcome) =>
        typeof outcome === "string" && !/^(forked$|\w*Error: Cannot )/.test(outcome)
      );
      wrong.push(...broken.map((outcome) => `${name}: ${outcome}`));
      if (children.length < 6 || forked.length < 2) {
        wrong.push(`${name}: ${children.length}, ${forked.length} children only`);
      }
    }));
    assertEquals(wrong, []);
  },
  LIMIT,
);

test("Process gives the child of a child nothing that the child has not", async () => {
  const wrong: string[] = [];
  const between = [{ run: true, read: ["open"], env: ["SAFE_A"] }, { run: true, net: ["127.0.0.1"] }, "inherit"];
  const asks = between.map((permissions) => ({ by: "Process", permissions, then: GRANDCHILDREN }) as Ask);
  await Promise.all(parents.map(async ([name, flags]) => {
    using place = new Place();
    const { outcomes } = await place.family(flags, asks);
    for (const [at, outcome] of outcomes.entries()) {
      if (typeof outcome === "string") continue;
      const [child, ...theirs] = outcome;
      const more = theirs.flatMap((probed) => beyond(probed, child!));
      if (more.length > 0) wrong.push(`${name}, ${JSON.stringify(between[at])}: ${more.join("; ")}`);
    }
  }));
  assertEquals(wrong, []);
}, LIMIT);

test(
  "Process gives a child what it is asked for where its parent has it: a list, a pattern, a name, beside a deny list",
  async () => {
    const cases: [parent: string, permissions: PermissionSet, what: string[]][] = [
      ["all", { read: ["open"], env: ["S*"], net: ["*.example.com"] }, [
        "read <F>/open",
        "env SECRET",
        "net a.example.com",
      ]],
      ["lists", { read: ["open"], sys: ["osRelease"], run: ["true"] }, ["reads open", "sys osRelease", "run true"]],
      ["lists", { net: ["example.com:443"], import: ["example.com:443"] }, [
        "net example.com:443",
        "import example.com:443",
      ]],
      ["all but deny lists", { read: ["open"], env: ["SAFE_A"] }, ["reads open", "sees SAFE_A"]],
      ["all but deny lists", { net: ["localhost", "127.0.0.1"] }, ["net localhost:8", "connects to 127.0.0.1:7"]],
      ["lists beside deny lists", { net: ["localhost"], run: ["true"] }, ["net localhost", "run true"]],
      ["patterns", { read: ["open"], net: ["a.example.com:443", "10.0.0.1:80"] }, ["reads open", "net 10.0.0.1:80"]],
      ["patterns", { env: ["SAFE_A"], net: ["10.0.0.1:80"] }, ["sees SAFE_A", "import a.example.com"]],
      ["a set of deno.json", { read: ["open"], env: ["SAFE_A"] }, ["reads open", "sees SAFE_A", "import jsr.io:443"]],
    ];
    await Promise.all([...new Set(cases.map(([parent]) => parent))].map(async (parent) => {
      using place = new Place();
      const own = cases.filter(([name]) => name === parent);
      const asks = own.map(([, permissions]) => ({ by: "Process", permissions }) as Ask);
      const { outcomes } = await place.family(PARENTS[parent]!, asks);
      for (const [at, [, permissions, what]] of own.entries()) {
        const [probed] = outcomes[at] as Probed[];
        assertEquals(
          what.filter((probe) => probed?.[place.filled(probe)] !== 2),
          [],
          `${JSON.stringify(permissions)}: ${outcomes[at]}`,
        );
      }
    }));
  },
  LIMIT,
);

noLeaks();
