/**
 * What needs which permissions, as the table of docs/permissions.md says it and as the spec tries it: the one place of both.
 *
 * @module
 */

export interface Row {
  /** As the table calls it. */
  what: string;
  /** The fewest flags; `<path>` is that of a socket, `<folder>` where the program's modules are. */
  flags: readonly string[];
  /** What `least_privilege.ts` is asked to use, with the value that it then tells. */
  uses: Readonly<Record<string, unknown>>;
  /** What is so without a flag, when that is no error: for each such flag the other value. */
  without?: Readonly<Record<string, unknown>>;
  /** Variables that are set. */
  env?: Readonly<Record<string, string>>;
}

const RUN = "--allow-run";
const NET = "--allow-net=127.0.0.1";
const PATH = ["--allow-read=<path>", "--allow-write=<path>", "--allow-net=unix:<path>"];

export const ROWS: readonly Row[] = [
  {
    what: "`processTable()`, `cpuCount()`",
    flags: [],
    uses: { table: 0 },
  },
  {
    what: "`cpuCount()` as the variable `BROOD_CPU_COUNT` says",
    flags: ["--allow-env=BROOD_CPU_COUNT"],
    uses: { cpus: 77 },
    without: { "--allow-env=BROOD_CPU_COUNT": "of the machine" },
    env: { BROOD_CPU_COUNT: "77" },
  },
  {
    what: "`Process` with an export of any module, or with a function of `task()` or `inline()`",
    flags: [RUN],
    uses: { process: "ended", task: "ended", inline: "ended", export: "ended" },
  },
  {
    what: '`Process` that is given more, here `permissions: { env: ["HOME"] }`',
    flags: [RUN, "--allow-env=HOME"],
    uses: { permissions: "ended" },
  },
  {
    what: "`fork()`, `wait()`, beside what the program itself needs",
    flags: [RUN],
    uses: { fork: 768 },
  },
  {
    what: "`Pool`",
    flags: [RUN, NET],
    uses: { pool: [9, [1, 4], [16, 25], 36] },
  },
  {
    what: "`Queue`, `JoinableQueue`, `SimpleQueue`, `Pipe`",
    flags: [RUN, NET],
    uses: { queue: [0, 0, 0], pipe: "there" },
  },
  {
    what: "`Lock`, `RLock`, `Semaphore`, `BoundedSemaphore`, `Event`, `Condition`, `Barrier`",
    flags: [RUN, NET],
    uses: { locks: "ended" },
  },
  {
    what: "`Value`, `SharedArray`",
    flags: [RUN, NET],
    uses: { value: [3, 7] },
  },
  {
    what: "`SharedMemory`",
    flags: [RUN, "--allow-ffi"],
    uses: { memory: 9 },
  },
  {
    what: "`Manager`, also at a port of 127.0.0.1",
    flags: [RUN, NET],
    uses: { manager: 1, "manager-tcp": 1 },
  },
  {
    what: "`Manager` at a path",
    flags: [RUN, NET, ...PATH],
    uses: { "manager-unix": 1 },
  },
  {
    what: "`Listener`, `Client()` at a port of 127.0.0.1",
    flags: [NET],
    uses: { "listener-tcp": "hello" },
  },
  {
    what: "`Listener`, `Client()` at a path",
    flags: PATH,
    uses: { "listener-unix": "hello" },
  },
  {
    what: "unix sockets instead of TCP, which are used where they are permitted",
    flags: ["--allow-read", "--allow-write", "--allow-net"],
    uses: { transport: "unix" },
    without: { "--allow-read": "tcp", "--allow-write": "tcp" },
  },
];

/** The table of docs/permissions.md. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ what, flags }) => [what, flags.length === 0 ? "nothing" : `\`${flags.join(" ")}\``]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(["what", "needs"]), rule, ...cells.map(line)].join("\n");
}
