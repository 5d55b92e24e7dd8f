/**
 * The pages of the spec and their tests, as data: `spec/<room>/<area>.md` with one sentence per bullet beside
 * `spec/<room>/<area>_test.ts` with one test per sentence. Areas whose page has no bullets are prose.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { ROOT } from "../runtimes.mjs";

/** The room of what takes minutes: many repetitions, many objects, random kills. It is run when it is asked for by name. */
const SOAK = "soak";

/** Areas in which programs on several runtimes meet. */
const MIXED = ["codec/decode", "manager/remote", "remote/mixed_runtimes"];

/** Whether an area needs a library that runs on every runtime. */
export function mixesRuntimes(name) {
  return MIXED.includes(name);
}

/** Areas whose cases start the runtimes themselves: one column says all that a second would. */
const ONCE = [
  "child/compiled",
  "child/compiled_refusals",
  "package/bundles",
  "package/jsr",
  "package/npm",
];

/** Areas that make the package and install it: what they say does not depend on which form of the library is here. */
const MAKE_PACKAGE = ["package/bundles", "package/examples", "package/jsr", "package/npm"];

/** Whether an area makes the package itself. */
export function makesPackage(name) {
  return MAKE_PACKAGE.includes(name);
}

/** Whether an area says the same under every runtime. */
export function isOnce(name) {
  return ONCE.includes(name);
}

/** Whether an area is run only when it is asked for by name. */
export function isSoak(name) {
  return name.startsWith(`${SOAK}/`);
}

/** Areas in alphabetical order: `<room>/<area>`, sentences of the page, sentences of the tests, path of the tests or null. */
export function readSpec() {
  return areaNames().map((name) => {
    const file = `spec/${name}_test.ts`;
    return {
      name,
      bullets: bulletsOf(`spec/${name}.md`),
      tests: testsOf(file),
      file: existsSync(`${ROOT}/${file}`) ? file : null,
    };
  }).filter(({ bullets, file }) => bullets.length > 0 || file !== null);
}

/** Whether somebody who asks for `asked` means the area `name`: a room, an area of any room, or both as `room/area`. */
export function isMeant(asked, name) {
  const [room, area] = name.split("/");
  return asked === name || asked === room || (asked === area && !isSoak(name));
}

function areaNames() {
  const rooms = readdirSync(`${ROOT}/spec`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("_"));
  const names = rooms.flatMap(({ name: room }) =>
    readdirSync(`${ROOT}/spec/${room}`)
      .map((file) => /^(\w+?)(?:\.md|_test\.ts)$/.exec(file)?.[1])
      .filter(Boolean)
      .map((area) => `${room}/${area}`)
  );
  return [...new Set(names)].sort();
}

function read(path) {
  return existsSync(`${ROOT}/${path}`) ? readFileSync(`${ROOT}/${path}`, "utf8") : "";
}

/** Bullets of a page; a bullet may go on over indented lines. */
function bulletsOf(path) {
  const text = read(path).replace(/\n {2,}(?=\S)/g, " ");
  return [...text.matchAll(/^- (.+)$/gm)].map(([, sentence]) => sentence.trim());
}

/** First arguments of the calls of `test` at the start of a line. */
function testsOf(path) {
  const call = /^test\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.)*`)/gm;
  return [...read(path).matchAll(call)].map(([, literal]) => unquote(literal));
}

function unquote(literal) {
  return literal.slice(1, -1).replace(/\\(.)/g, (_, char) => char === "n" ? "\n" : char);
}
