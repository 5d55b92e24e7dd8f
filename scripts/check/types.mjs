/**
 * Checks the types that users meet. `spec/types/` holds calls that compile, and calls that do not: above each of those
 * stands `@ts-expect-error` with a part of the message, which is looked up here, and the message has at most
 * `LIMIT_LINES` lines. TypeScript is asked with all checks, and with `strict` alone; Deno, which has its own options, is
 * asked for the messages that it prints. It also checks that every file of the library tells its types without others
 * (`isolatedDeclarations`), so that the packages need no inference.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { ROOT, RUNTIMES } from "../runtimes.mjs";

/** Most lines that the message of a common mistake has. */
const LIMIT_LINES = 3;

const EXPECTED = /\/\/ @ts-expect-error (.+)/;
const BASE = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${ROOT}/tsconfig.core.json`, ts.sys.readFile).config,
  ts.sys,
  ROOT,
).options;
const PLAIN = {
  ...BASE,
  exactOptionalPropertyTypes: false,
  noUncheckedIndexedAccess: false,
  noImplicitOverride: false,
  useUnknownInCatchVariables: false,
};

proveItself();
const pages = new Map(list("spec/types").map((file) => [file, readFileSync(file, "utf8")]));
const expected = [...pages.values()].reduce((sum, text) => sum + text.split(EXPECTED).length / 2 - 0.5, 0);
const faults = [
  ...faultsOf(pages, messagesOfTypescript(pages, BASE)).map((fault) => `tsc, all checks: ${fault}`),
  ...faultsOf(pages, messagesOfTypescript(pages, PLAIN)).map((fault) => `tsc, strict alone: ${fault}`),
  ...faultsOf(pages, messagesOfDeno(pages)).map((fault) => `deno check: ${fault}`),
  ...[...list("src"), ...list("adapters"), `${ROOT}/mod.ts`].flatMap((file) =>
    undeclared(file, readFileSync(file, "utf8"))
  ),
];
for (const fault of faults) console.error(`types: ${fault.replaceAll(`${ROOT}/`, "")}`);
console.log(`types: ${pages.size} pages, ${expected} mistakes with their messages, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

/** What is wrong with the messages for some pages: those that are missing, unexpected, others, or too long. */
function faultsOf(pages, messages) {
  const faults = [];
  for (const [file, text] of pages) {
    const lines = text.split("\n");
    const wanted = new Map(lines.flatMap((line, at) => EXPECTED.test(line) ? [[at + 2, EXPECTED.exec(line)[1]]] : []));
    const seen = new Set();
    for (const { line, message } of messages.filter((each) => each.file === file)) {
      // The call may stand on several lines, of which any can be the one with the mistake.
      const at = wanted.has(line) ? line : [...wanted.keys()].filter((begin) => begin <= line).at(-1);
      const isWithin = at !== undefined && lines.slice(at - 1, line - 1).every((each) => !each.trimEnd().endsWith(";"));
      if (!isWithin) faults.push(`${file}:${line} does not compile: ${message}`);
      else {
        seen.add(at);
        if (!message.includes(wanted.get(at))) faults.push(`${file}:${line} says otherwise: ${message}`);
        const length = message.split("\n").length;
        if (length > LIMIT_LINES) faults.push(`${file}:${line} says it in ${length} lines: ${message}`);
      }
    }
    for (const line of wanted.keys()) if (!seen.has(line)) faults.push(`${file}:${line} compiles`);
  }
  return faults;
}

/** The page with nothing expected, so that all is said. */
function open(text) {
  return text.replace(/@ts-expect-error/g, "expected");
}

function messagesOfTypescript(pages, options) {
  const host = ts.createCompilerHost(options);
  const { readFile, getSourceFile } = host;
  host.readFile = (file) => pages.has(file) ? open(pages.get(file)) : readFile.call(host, file);
  host.getSourceFile = (file, ...rest) =>
    pages.has(file)
      ? ts.createSourceFile(file, open(pages.get(file)), options.target)
      : getSourceFile.call(host, file, ...rest);
  const program = ts.createProgram([...pages.keys()], { ...options, noUnusedLocals: false }, host);
  return [...pages.keys()].flatMap((file) =>
    program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ file: { text }, start, messageText }) => ({
      file,
      line: text.slice(0, start).split("\n").length,
      message: ts.flattenDiagnosticMessageText(messageText, "\n"),
    }))
  );
}

/** What Deno prints, of each message what stands before the line of the source. */
function messagesOfDeno(pages) {
  const folder = mkdtempSync(`${tmpdir()}/types-`);
  try {
    const names = new Map([...pages.keys()].map((file) => [pathToFileURL(copyOf(folder, file)).href, file]));
    const library = pathToFileURL(`${ROOT}/mod.ts`).href;
    for (const [file, text] of pages) {
      writeFileSync(copyOf(folder, file), open(text).replaceAll(`"../../mod.ts"`, `"${library}"`));
    }
    const { bin } = RUNTIMES.find(({ name }) => name === "deno");
    const args = ["check", "--quiet", "--no-lock", "--config", `${ROOT}/deno.json`];
    const { stderr } = spawnSync(bin, [...args, ...[...pages.keys()].map((file) => copyOf(folder, file))], {
      encoding: "utf8",
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: "1" },
      maxBuffer: 2 ** 26,
    });
    return stderr.split(/^(?=TS\d+ \[ERROR\]: )/m).flatMap((part) => {
      const [, url, line] = /^ {4}at (file:\S+):(\d+):\d+$/m.exec(part) ?? [];
      if (url === undefined) return [];
      const file = names.get(url) ?? url;
      const source = open(pages.get(file) ?? "").split("\n")[line - 1];
      const said = part.replace(/^TS\d+ \[ERROR\]: /, "").split("\n");
      return [{ file, line: Number(line), message: said.slice(0, said.indexOf(source)).join("\n") }];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function copyOf(folder, file) {
  return `${folder}/${file.split("/").at(-1)}`;
}

/** Exports of a file whose types only other files tell. */
function undeclared(fileName, text) {
  const { diagnostics } = ts.transpileDeclaration(text, { fileName, reportDiagnostics: true, compilerOptions: BASE });
  return diagnostics.map(({ start, messageText }) => {
    const line = text.slice(0, start).split("\n").length;
    return `${fileName}:${line} does not tell its types: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

/** A check that cannot fail is none: each kind of fault is found in files that were made up to have it. */
function proveItself() {
  const overloads = "declare function f(a: number): void;\ndeclare function f(a: boolean): void;\n";
  const made = [
    ["a fault where there is none", "// @ts-expect-error Type 'string' is not\nexport const n: number = 'x';", 0],
    ["a call that does not compile", "export const n: number = 'x';", 1],
    ["a call that compiles", "// @ts-expect-error Type 'string'\nexport const n: number = 1;", 1],
    ["another message", "// @ts-expect-error Type 'bigint'\nexport const n: number = 'x';", 1],
    ["a long message", `${overloads}// @ts-expect-error Overload\nf("x");\nexport {};`, 1],
  ].map(([name, text, count], at) => ({ name, file: `${ROOT}/spec/types/made_${at}.ts`, text, count }));
  const pages = new Map(made.map(({ file, text }) => [file, text]));
  for (const messages of [messagesOfTypescript(pages, BASE), messagesOfDeno(pages)]) {
    for (const { name, file, text, count } of made) {
      if (faultsOf(new Map([[file, text]]), messages).length === count) continue;
      throw new Error(`the check of types ${count === 0 ? "finds" : "does not find"} ${name}`);
    }
  }
  if (undeclared("made_up.ts", "export const n = Math.max(1, 2);").length !== 1) {
    throw new Error("the check of types does not find a type that is not told");
  }
}

/** Paths of the TypeScript files of a folder. */
function list(folder) {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${ROOT}/${folder}/${name.replaceAll("\\", "/")}`);
}
