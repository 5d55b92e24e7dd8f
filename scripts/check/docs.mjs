/**
 * Checks that the pages are up to date: `docs/from-python.md` shows the programs of `examples/python/` and `docs/python/`
 * as they are, CONTRIBUTING.md the map that `layers.mjs` draws, `docs/pages.md` links every page of the spec, and no link
 * leads nowhere.
 *
 *     node scripts/check/docs.mjs            checks
 *     node scripts/check/docs.mjs --write    writes the programs and the map into their pages
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { ROOT, SELF } from "../runtimes.mjs";

const PAGE = "docs/from-python.md";
const HOUSE = "CONTRIBUTING.md";
const MAP = /<!-- map -->\n[^]*?<!-- end -->/;
const PROGRAM = /<!-- program: (\w+) -->\n[^]*?<!-- end -->/g;

const page = read(PAGE);
const written = page.replace(PROGRAM, (_, name) => `<!-- program: ${name} -->\n${sideBySide(name)}\n<!-- end -->`);
const house = read(HOUSE);
const drawn = house.replace(MAP, () => `<!-- map -->\n\n\`\`\`text\n${map()}\n\`\`\`\n\n<!-- end -->`);
if (process.argv.includes("--write")) {
  writeFileSync(`${ROOT}/${PAGE}`, written);
  writeFileSync(`${ROOT}/${HOUSE}`, drawn);
}

const shown = [...page.matchAll(PROGRAM)].map(([, name]) => `${name}.py`);
const pages = ["README.md", "CONTRIBUTING.md", ...files("docs", ".md"), ...files("spec", ".md")];
const faults = [
  ...(read(PAGE) === written ? [] : [`${PAGE} shows other programs than there are: run this with --write`]),
  ...(house === drawn && MAP.test(house) ? [] : [`${HOUSE} shows another map than there is: run this with --write`]),
  ...readdirSync(`${ROOT}/docs/python`).filter((name) => !shown.includes(name)).map((name) => `${PAGE} lacks ${name}`),
  ...files("spec", ".md").filter((path) =>
    !read("docs/pages.md").includes(`(../${path})`) && !path.endsWith("ences.md")
  )
    .map((path) => `docs/pages.md lacks ${path}`),
  ...pages.flatMap((path) => deadLinks(path).map((link) => `${path} links ${link}, which is not there`)),
];
for (const fault of faults) console.error(fault);
console.log(`docs: ${pages.length} pages, ${shown.length} programs beside Python's, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

/** Which room imports which. */
function map() {
  const [program, ...args] = SELF;
  return spawnSync(program, [...args, "scripts/check/layers.mjs", "--map"], { cwd: ROOT, encoding: "utf8" }).stdout
    .trimEnd();
}

function read(path) {
  return readFileSync(`${ROOT}/${path}`, "utf8");
}

function files(folder, ending) {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true }).filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);
}

/** Both programs in a row of a table. A blank line would end the HTML, inside of a code block it does not. */
function sideBySide(name) {
  const python = read(`docs/python/${name}.py`).trim();
  const ours = read(`examples/python/${name}.ts`).replace(/^\/\*\*.*\*\/\n/, "").replace(
    "../../mod.ts",
    "@brood/multiprocessing",
  );
  const cell = (language, text) => `<td valign="top">\n\n\`\`\`${language}\n${text}\n\`\`\`\n\n</td>`;
  return `\n<table><tr>\n${cell("python", python)}\n${cell("ts", ours.trim())}\n</tr></table>\n`;
}

/** Links to files of the project that do not exist. */
function deadLinks(path) {
  const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link]) => link);
  return links.filter((link) => !existsSync(join(ROOT, dirname(path), link)));
}
