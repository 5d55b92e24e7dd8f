/**
 * Parents with permissions of every kind, and what may be asked of them for children: what a child may and its parent
 * may not.
 *
 * @module
 */
import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import process from "node:process";
import type { PermissionSet } from "../../../mod.ts";
import { assertEquals } from "../../_support/assert.ts";
import { Folder } from "../../_support/folder.ts";
import { hasPermissions, run } from "../../_support/system.ts";
import type { Ask, Outcome } from "../_programs/permission_matrix.ts";
import { beyond, type Probed } from "./permission_probes.ts";

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
export const PARENTS: Record<string, string[]> = {
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

/** What all kinds of children are asked for. */
const COMMON: NonNullable<Ask["permissions"]>[] = [
  "inherit",
  "none",
  { read: ["open"], env: ["SAFE_A"] },
  { net: ["localhost"] },
];

const SCOPED: Ask[] = [
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

/** Children that have children of their own. */
export const BETWEEN: NonNullable<Ask["permissions"]>[] = [
  { run: true, read: ["open"], env: ["SAFE_A"] },
  { run: true, net: ["127.0.0.1"] },
  "inherit",
];

/** What children of children are asked for. */
export const GRANDCHILDREN: Ask[] = [
  "inherit" as const,
  ...[{ read: true }, { read: ["/"] }, { net: ["127.0.0.1"] }, { env: ["S*"] }, { env: ["SECRET"] }, { import: true }],
].map((permissions) => ({ by: "Process", permissions }));

// --- what becomes of it ---

/** A folder as the flags, scopes and probes above name it. */
export class Place extends Folder {
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
export const parents: [name: string, flags: string[]][] = Object.entries(
  hasPermissions ? PARENTS : { all: PARENTS["all"]! },
);

const common = (by: Ask["by"]): Ask[] => COMMON.map((permissions) => ({ by, permissions }));

/** Everything that is asked of a parent. */
export const ASKS: Ask[] = [
  ...common("Process"),
  ...common("Pool"),
  ...common("fork()"),
  { by: "Manager" },
  ...SCOPED,
];

/** What is asked of the parent at that place: each of these of some parents, and something of each kind of every one. */
export function sampleOf(parent: number): Ask[] {
  const every = <T>(asks: T[], step: number) => asks.filter((_, at) => (at + parent) % step === 0);
  return [
    ...common("Process"),
    ...every(common("Pool"), 2),
    ...every(common("fork()"), 2),
    ...every<Ask>([{ by: "Manager" }], 2),
    ...every(SCOPED, 7),
  ];
}

/** The same for children of children. */
export function generationOf(parent: number): [between: Ask["permissions"][], then: Ask[]] {
  return [[BETWEEN[parent % 2]!, BETWEEN[2]!], GRANDCHILDREN.filter((_, at) => (at + parent) % 3 === 0)];
}

/** What children of a parent may and it may not itself, and what went wrong otherwise: a line for each. */
export async function familyBeyond([name, flags]: [string, string[]], asked: Ask[]): Promise<string[]> {
  using place = new Place();
  const asks = name === "all" ? asked.filter((ask) => !SCOPED.includes(ask)) : asked; // nothing is more than all
  const { own, forked, outcomes } = await place.family(flags, asks);
  const children = outcomes.flatMap((outcome, at) =>
    typeof outcome === "string" ? [] : outcome.map((probed) => [JSON.stringify(asks[at]), probed] as const)
  );
  const more = [...children, ...forked.map((probed) => ["fork()", probed] as const)].flatMap(([ask, probed]) =>
    beyond(probed, own).map((what) => `${name}, ${ask}: ${what}`)
  );
  const broken = outcomes.filter((outcome) =>
    typeof outcome === "string" && !/^(forked$|\w*Error: Cannot )/.test(outcome)
  );
  const few = children.length < 3 || forked.length < 1 ? [`${children.length}, ${forked.length} children only`] : [];
  return [...more, ...[...broken, ...few].map((what) => `${name}: ${what}`)];
}

/** What children of such children of a parent may and these may not themselves: a line for each child. */
export async function generationBeyond(
  [name, flags]: [string, string[]],
  between: Ask["permissions"][],
  then: Ask[],
): Promise<string[]> {
  using place = new Place();
  const asks = between.map((permissions) => ({ by: "Process", permissions, then }) as Ask);
  const { outcomes } = await place.family(flags, asks);
  return outcomes.flatMap((outcome, at) => {
    if (typeof outcome === "string") return [];
    const [child, ...theirs] = outcome;
    const more = theirs.flatMap((probed) => beyond(probed, child!));
    return more.length > 0 ? [`${name}, ${JSON.stringify(asks[at]!.permissions)}: ${more.join("; ")}`] : [];
  });
}
