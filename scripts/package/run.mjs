/**
 * Makes the package that is published to npm and to JSR, in `dist/` or in the folder that is named.
 *
 *     npm run package
 *     npm publish dist                  to npm
 *     (cd dist && deno publish)         to JSR
 *
 * @module
 */
import { readdirSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import process from "node:process";
import { ROOT } from "../runtimes.mjs";
import { makePackage } from "./make.mjs";

const [named] = process.argv.slice(2);
const folder = named === undefined ? `${ROOT}/dist` : resolve(process.env.INIT_CWD ?? process.cwd(), named);
await makePackage(folder);

const files = readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`).filter((path) =>
  statSync(path).isFile()
);
const scripts = files.filter((path) => path.endsWith(".js"));
console.log(
  `package: ${scripts.length} modules of ${kilobytes(scripts)} kB, ${files.length} files in ${relative("", folder)}`,
);

function kilobytes(paths) {
  return Math.round(paths.reduce((sum, path) => sum + statSync(path).size, 0) / 1000);
}
