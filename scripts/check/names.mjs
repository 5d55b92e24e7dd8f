/**
 * Checks that a name means one thing: each top-level function, class, interface, type, enum or variable of `src/` is
 * declared in one file only, exported or not. A reader who searches for a name then finds one meaning of it. It also
 * checks that no file of `src/` or `adapters/` is longer than `LIMIT_LINES`.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { ROOT } from "../runtimes.mjs";

/** A file with more lines holds more than one noun. */
const LIMIT_LINES = 300;

/** Names that two files may declare, each with the reason. */
const EXCEPTIONS = new Map([]);

proveItself();
const files = new Map([...typescript("src"), ...typescript("adapters")].map((file) => [file, read(file)]));
const faults = [...repeatedNames(files), ...longFiles(files)];
for (const fault of faults) console.error(`names: ${fault}`);
console.log(`names: ${namesIn(files).size} names in ${files.size} files, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

/** What is declared in more than one file of `src/`. */
function repeatedNames(files) {
  return [...namesIn(files)]
    .filter(([name, places]) => places.length > 1 && !EXCEPTIONS.has(name))
    .map(([name, places]) => `${name} is declared in ${places.join(", ")}`)
    .sort();
}

function longFiles(files) {
  return [...files]
    .map(([file, text]) => [file, text.trimEnd().split("\n").length])
    .filter(([, lines]) => lines > LIMIT_LINES)
    .map(([file, lines]) => `${file} has ${lines} lines, more than ${LIMIT_LINES}`);
}

/** Files of `src/` by the top-level names that they declare. */
function namesIn(files) {
  const names = new Map();
  for (const [file, text] of files) {
    if (!file.startsWith("src/")) continue;
    for (const name of declared(text)) names.set(name, [...names.get(name) ?? [], file]);
  }
  return names;
}

/** Names of the declarations that stand at the beginning of a line, which is where `deno fmt` puts top-level ones. */
function declared(text) {
  const code = text.replace(/\/\*[^]*?\*\//g, "");
  const single =
    /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|enum|const|let|var) +([\w$]+)/gm;
  const several = /^(?:export )?(?:const|let|var) +[[{]([^=]+?)[\]}] *=/gm;
  return new Set([
    ...[...code.matchAll(single)].map(([, name]) => name),
    ...[...code.matchAll(several)].flatMap(([, names]) => names.split(",").map(boundName)).filter(Boolean),
  ]);
}

/** The name that one part of a destructuring declares. */
function boundName(part) {
  return /(?:^|[:.\s])([\w$]+)\s*$/.exec(part)?.[1];
}

/** A check that cannot fail is none: each kind of fault is found in files that were made up to have it. */
function proveItself() {
  const made = [
    ["a function that is declared twice", [["src/a.ts", "function f() {}"], [
      "src/b.ts",
      "export async function f() {}",
    ]]],
    ["an interface named as a class", [["src/a.ts", "export interface C {}"], [
      "src/b.ts",
      "export abstract class C {}",
    ]]],
    ["a type named as a constant", [["src/a.ts", "type T = 1;"], ["src/b.ts", "export const T = 1;"]]],
    ["a constant of a destructuring", [["src/a.ts", "const { a: x, y } = z;"], ["src/b.ts", "let y = 1;"]]],
    ["a long file", [["adapters/deno/a.ts", "\n".repeat(LIMIT_LINES) + "x"]]],
  ];
  for (const [fault, files] of made) {
    const found = [...repeatedNames(new Map(files)), ...longFiles(new Map(files))];
    if (found.length !== 1) throw new Error(`the check of names does not find ${fault}`);
  }
  const right = new Map([
    [
      "src/a.ts",
      "export function f(): void;\nexport function f(x?: number): void {\n  const g = 1;\n}\n/* const g = 2; */",
    ],
    ["src/b.ts", "const g = 1;\n// const f = 1;\nexport type { f } from './a.ts';"],
    ["adapters/deno/a.ts", "const g = 1;"],
  ]);
  if (repeatedNames(right).length + longFiles(right).length !== 0) {
    throw new Error("the check of names finds a fault where there is none");
  }
}

function typescript(folder) {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".ts"));
}

function read(file) {
  return readFileSync(`${ROOT}/${file}`, "utf8");
}
