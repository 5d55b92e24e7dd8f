/**
 * What this process may do: what its runtime says of many scopes, and what becomes of some real attempts. Everything
 * where the runtime knows no permissions.
 *
 * @module
 */
// deno-lint-ignore no-explicit-any
const runtime = (globalThis as any).Deno;

/** For each probe 2 when it may, 1 when it may in part, 0 when it may not. */
export type Probed = Record<string, number>;

const PATHS = ["", "/", "/etc", "/etc/hostname", "<F>", "<F>/open", "<F>/open/file", "<F>/secret", "<F>/secret/file"];
const HOSTS = [
  "",
  ...["127.0.0.1", "127.0.0.1:0", "127.0.0.1:7", "127.0.0.1:8", "127.0.0.2", "localhost", "localhost:8", "0.0.0.0:8"],
  ...["[::1]", "[::1]:8", "[::ffff:127.0.0.1]:8", "unix:/etc/socket", "unix:<F>/open/socket"],
  ...[
    "example.com",
    "example.com:80",
    "example.com:443",
    "a.example.com",
    "b.example.com:443",
    "other.org",
    "other.org:443",
  ],
  ...["10.0.0.1", "10.0.0.1:80", "10.0.0.2", "10.0.0.2:80", "192.168.0.1"],
  ...["jsr.io", "jsr.io:443", "deno.land:443", "esm.sh:443", "gist.githubusercontent.com:443"],
];
const SCOPES = {
  read: ["path", PATHS],
  write: ["path", PATHS],
  ffi: ["path", PATHS],
  net: ["host", HOSTS],
  import: ["host", HOSTS],
  env: ["variable", [
    "",
    "SAFE_A",
    "SAFE_B",
    "SAFE",
    "SECRET",
    "S",
    "HOME",
    "PATH",
    "BROOD_BOOT",
    "BROOD_BOOT_0",
    "S*",
  ]],
  sys: ["kind", ["", "hostname", "osRelease", "uid", "username", "cpus"]],
  run: ["command", ["", "true", "false", "/bin/true", "/bin/false", "/usr/bin/false", "deno", "cat", "<F>/bin/true"]],
} as const;

/** Everything that is asked of the runtime, in a folder. */
function queried(folder: string): Probed {
  const probed: Probed = {};
  for (const [name, [field, scopes]] of Object.entries(SCOPES)) {
    for (const scope of scopes) {
      const text = scope.replace("<F>", folder);
      const { state, partial } = runtime?.permissions.querySync(text === "" ? { name } : { name, [field]: text }) ??
        { state: "granted", partial: false };
      probed[`${name} ${text}`] = state !== "granted" ? 0 : partial ? 1 : 2;
    }
  }
  return probed;
}

/** Whether an attempt is made, whatever comes of it. */
async function mayAttempt(attempt: () => unknown): Promise<number> {
  if (runtime === undefined) return 2;
  try {
    await attempt();
    return 2;
  } catch (error) {
    const { name, cause } = error as Error & { cause?: Error };
    return name === "NotCapable" || cause?.name === "NotCapable" ? 0 : 2;
  }
}

/** All that this process may do in a folder. */
export async function probe(folder: string): Promise<Probed> {
  const attempts: Record<string, () => unknown> = {
    "reads open": () => runtime.readTextFileSync(`${folder}/open/file`),
    "reads secret": () => runtime.readTextFileSync(`${folder}/secret/file`),
    "reads by a link": () => runtime.readTextFileSync(`${folder}/open/link/file`),
    "reads /etc": () => runtime.readTextFileSync("/etc/hostname"),
    "writes open": () => runtime.writeTextFileSync(`${folder}/open/written`, ""),
    "writes secret": () => runtime.writeTextFileSync(`${folder}/secret/written`, ""),
    "sees SAFE_A": () => runtime.env.get("SAFE_A"),
    "sees SECRET": () => runtime.env.get("SECRET"),
    "learns the host's name": () => runtime.hostname(),
    "connects to 127.0.0.1:7": () => runtime.connect({ hostname: "127.0.0.1", port: 7 }),
    "connects to 127.0.0.1:8": () => runtime.connect({ hostname: "127.0.0.1", port: 8 }),
    "connects to localhost:8": () => runtime.connect({ hostname: "localhost", port: 8 }),
    "runs true": () => new runtime.Command("true").outputSync(),
    "runs false": () => new runtime.Command("false").outputSync(),
  };
  const made = Object.entries(attempts).map(async ([what, attempt]) => [what, await mayAttempt(attempt)] as const);
  return { ...queried(folder), ...Object.fromEntries(await Promise.all(made)) };
}

/** A child: says what it may. */
export async function tellOwn(folder: string): Promise<void> {
  console.log(JSON.stringify(await probe(folder)));
}

/** What one process may, and the other may not or less. */
export function beyond(one: Probed, other: Probed): string[] {
  return Object.keys(one).filter((what) => one[what]! > (other[what] ?? 0));
}
