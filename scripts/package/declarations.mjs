/**
 * Writes the types of the package: one module with all that `mod.ts` gives and what that refers to, as TypeScript says
 * it, with its comments. A name of the sources means one thing (`scripts/check/names.mjs`), so they can stand together.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { posix, relative } from "node:path";
import ts from "typescript";
import { ROOT } from "../runtimes.mjs";

const ENTRY = "mod.d.ts";

/** Writes `mod.d.ts`. */
export function writeDeclarations(folder) {
  const modules = emitted();
  const reached = [...reachedFrom(ENTRY, modules)];
  const declared = new Map(reached.filter((path) => path !== ENTRY).flatMap((path) => declaredIn(path, modules)));
  const given = modules.get(ENTRY).statements.filter(ts.isExportDeclaration);
  const needed = neededBy(
    given.flatMap(({ exportClause }) => exportClause.elements.map(({ name }) => name.text)),
    declared,
  );
  const texts = [...declared].filter(([name]) => needed.has(name)).flatMap(([, parts]) =>
    parts.map(({ text }) => text)
  );
  const exports = given.map(({ isTypeOnly, exportClause }) =>
    `export ${isTypeOnly ? "type " : ""}${exportClause.getText()};`
  );
  // The comment of the module is lost with its first statement.
  const [comment] = /^\/\*\*[^]*?\*\/\n/.exec(readFileSync(`${ROOT}/mod.ts`, "utf8"));
  writeFileSync(`${folder}/${ENTRY}`, [comment, ...texts, exports.join("\n"), ""].join("\n"));
}

/** What TypeScript writes for each module, by path. Whether all types are right is checked elsewhere. */
function emitted() {
  const { config } = ts.readConfigFile(`${ROOT}/tsconfig.core.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const settings = { ...options, noEmit: false, emitDeclarationOnly: true, noCheck: true };
  const found = new Map();
  ts.createProgram([`${ROOT}/mod.ts`], settings).emit(undefined, (file, text) => {
    const path = relative(ROOT, file).replaceAll("\\", "/");
    found.set(path, ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true));
  });
  return found;
}

/** Modules that the types of one refer to, what is referred to first. */
function reachedFrom(path, modules, reached = new Set()) {
  if (reached.has(path)) return reached;
  reached.add(path);
  for (const { moduleSpecifier } of modules.get(path).statements.filter(isBetweenModules)) {
    if (moduleSpecifier === undefined) continue;
    const to = posix.join(posix.dirname(path), moduleSpecifier.text).replace(/\.ts$/, ".d.ts");
    if (!modules.has(to)) throw new Error(`Cannot package types: ${path} refers to ${to}, which is not there`);
    reachedFrom(to, modules, reached);
  }
  return reached;
}

function isBetweenModules(statement) {
  return ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
}

/** What a module declares: names, and for each its declarations, more than one of a function with overloads. */
function declaredIn(path, modules) {
  const found = new Map();
  for (const statement of modules.get(path).statements) {
    if (isBetweenModules(statement)) {
      refuseAlias(path, statement);
      continue;
    }
    const text = textOf(statement);
    const used = identifiersIn(statement);
    for (const name of namesOf(statement)) found.set(name, [...found.get(name) ?? [], { text, used }]);
  }
  return [...found];
}

function namesOf({ name, declarationList }) {
  return name === undefined ? declarationList.declarations.map((each) => each.name.text) : [name.text];
}

/** A declaration with its comments, but for that of its module, and without `export`. */
function textOf(statement) {
  const file = statement.getSourceFile();
  const comments = (ts.getLeadingCommentRanges(file.text, statement.getFullStart()) ?? [])
    .map(({ pos, end }) => file.text.slice(pos, end)).filter((comment) => !comment.includes("@module"));
  const text = statement.getText(file).replace(/^export (?=interface|type)/, "").replace(
    /^export declare /,
    "declare ",
  );
  if (/\bimport\(/.test(text.replace(/\/\*[^]*?\*\//g, ""))) {
    throw new Error(`Cannot package types: ${file.fileName} has import(…) in a type, import that by name`);
  }
  return [...comments, text].join("\n");
}

/** Identifiers that refer to something: not the names of members and parameters. */
function identifiersIn(node, found = new Set()) {
  if (ts.isIdentifier(node) && node.parent.name !== node) found.add(node.text);
  node.forEachChild((child) => void identifiersIn(child, found));
  return found;
}

/** Those of the declared names that some names refer to, themselves included. */
function neededBy(names, declared) {
  const needed = new Set(names);
  for (const name of needed) { // it grows meanwhile
    for (const { used } of declared.get(name) ?? []) {
      for (const other of used) if (declared.has(other)) needed.add(other);
    }
  }
  return needed;
}

/** @throws {Error} a name is imported under another: together they would be two */
function refuseAlias(path, { importClause, exportClause }) {
  const names = (importClause?.namedBindings ?? exportClause)?.elements ?? [];
  const alias = names.find(({ propertyName }) => propertyName !== undefined);
  if (alias !== undefined) throw new Error(`Cannot package types: ${path} renames ${alias.propertyName.text}`);
}
