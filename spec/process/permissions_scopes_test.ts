import { type Holdings, SCOPE_RULES } from "../../adapters/deno/scopes.ts";
import { flagsOf } from "../../adapters/deno/start_flags.ts";
import { assertEquals } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

type Name = keyof typeof SCOPE_RULES;

/** A process that holds these, as `name` or `name scope`. */
function holding(held: readonly string[], others: Partial<Holdings> = {}): Holdings {
  return {
    has: (name, scope) => held.includes(name) || held.includes(`${name} ${scope}`),
    passesDenials: () => true,
    searchesAlike: true,
    cwd: "/home/me",
    isWindows: false,
    ...others,
  };
}

/** The text of the flag for each scope. */
function texts(name: Name, own: Holdings, scopes: readonly string[]): (string | null)[] {
  return scopes.map((scope) => SCOPE_RULES[name](name, scope, own));
}

test("A path becomes one from the root, as it is meant in the directory of the process that names it", () => {
  const cases: [path: string, text: string][] = [
    ["/etc", "/etc"],
    [".", "/home/me"],
    ["./data", "/home/me/data"],
    ["data/./more/.", "/home/me/data/more"],
    ["../you", "/home/me/../you"],
    [".hidden", "/home/me/.hidden"],
    ["~", "/home/me/~"],
  ];
  for (const name of ["read", "write", "ffi"] as const) {
    assertEquals(texts(name, holding([name]), cases.map(([path]) => path)), cases.map(([, text]) => text));
  }
  assertEquals(texts("run", holding(["run"]), ["./tool", "tool"]), ["/home/me/tool", "tool"]);
  assertEquals(texts("read", holding(["read"], { cwd: "/" }), [".", "etc"]), ["/", "/etc"]);
  const windows = holding(["read"], { cwd: "C:\\me", isWindows: true });
  assertEquals(texts("read", windows, ["D:\\x", "\\\\host\\x", "x"]), ["D:\\x", "\\\\host\\x", "C:\\me/x"]);
});

test("A path, a variable, a kind and a program are refused where that very one is not held", () => {
  const cases: [name: Name, held: string, scope: string, text: string | null][] = [
    ["read", "read /home/me/data", "data", "/home/me/data"],
    ["read", "read data", "data", null],
    ["write", "read /etc", "/etc", null],
    ["ffi", "ffi /home/me/a.so", "a.so", "/home/me/a.so"],
    ["env", "env HOME", "HOME", "HOME"],
    ["env", "env HOME", "PATH", null],
    ["sys", "sys hostname", "hostname", "hostname"],
    ["sys", "sys hostname", "uid", null],
    ["run", "run git", "git", "git"],
    ["run", "run git", "sh", null],
  ];
  for (const [name, held, scope, text] of cases) assertEquals(texts(name, holding([held]), [scope]), [text], scope);
});

test("A pattern of variables is refused unless all variables are held", () => {
  assertEquals(texts("env", holding(["env"]), ["S*", "*"]), ["S*", "*"]);
  assertEquals(texts("env", holding(["env S*", "env *"]), ["S*", "*"]), [null, null]);
});

test("A pattern of hosts is refused unless all hosts are held", () => {
  const patterns = ["*.a.example", "*.a.example:443", "10.0.0.0/8", "10.0.0.0/8:80"];
  for (const name of ["net", "import"] as const) {
    assertEquals(texts(name, holding([name]), patterns), patterns);
    assertEquals(texts(name, holding(patterns.map((scope) => `${name} ${scope}`)), patterns), [null, null, null, null]);
  }
});

test("A host is refused where a port or an address of it may be denied unseen, and one address is not", () => {
  const several = ["a.example", "a.example:443", "127.0.0.1", "[::1]", "localhost:80"];
  const one = ["127.0.0.1:80", "[::1]:80", "unix:/run/a.sock", "vsock:2:80"];
  const held = [...several, ...one].map((scope) => `net ${scope}`);
  assertEquals(texts("net", holding(held), [...several, ...one]), [...several, ...one]);
  const unknown = holding(held, { passesDenials: () => false });
  assertEquals(texts("net", unknown, several), several.map(() => null));
  assertEquals(texts("net", unknown, one), one);
  assertEquals(texts("net", holding([], { passesDenials: () => true }), one), one.map(() => null));
});

test("A program is refused by its name where the child would look it up otherwise, and by its path never", () => {
  const own = { searchesAlike: false };
  assertEquals(texts("run", holding(["run git", "run /bin/git"], own), ["git", "/bin/git"]), [null, "/bin/git"]);
  assertEquals(texts("run", holding(["run"], own), ["git"]), ["git"]);
});

test("The flags of a process are told by its command line, unless the program has written over that", () => {
  const cases: [line: string[], args: string[], flags: string[] | null][] = [
    [["deno", "run", "-A", "main.ts", ""], [], ["run", "-A", "main.ts"]],
    [["deno", "run", "main.ts", "--deny-net", ""], ["--deny-net"], ["run", "main.ts"]],
    [["deno", "run", "main.ts", "", ""], [""], ["run", "main.ts"]],
    [["hello", "", "", "", ""], [], null],
    [["hello", "", "", "", ""], ["", ""], null],
    [["hello", ""], [], null],
    [["deno", "run", "main.ts", "b", ""], ["a"], null],
    [[], [], null],
  ];
  for (const [line, args, flags] of cases) assertEquals(flagsOf(line, args), flags, line.join(" "));
});

noLeaks();
