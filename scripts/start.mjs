/**
 * The main job, under one runtime after the other: counts the words of a folder with a pool of processes, and checks
 * that all runtimes found the same.
 *
 *     npm start             the text and declaration files below node_modules
 *     npm start <folder>    another folder
 *
 * @module
 */
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import process from "node:process";
import { ROOT, RUNTIMES } from "./runtimes.mjs";

const [given] = process.argv.slice(2);
// npm and deno task change to the repository's folder, and keep the caller's in INIT_CWD.
const folder = given === undefined ? `${ROOT}/node_modules` : resolve(process.env.INIT_CWD ?? process.cwd(), given);

const results = [];
for (const runtime of RUNTIMES) {
  console.log(`\n${runtime.name}: counting the words in ${folder}`);
  const { code, signal, result } = await count(runtime);
  if (code !== 0) {
    console.error(`\n${runtime.name} ended with ${signal ?? `exit code ${code}`}`);
    process.exit(1);
  }
  results.push(result);
}
const isSame = results.every((result) => result !== undefined && result === results[0]);
const names = RUNTIMES.map(({ name }) => name).join(" and ");
if (isSame) console.log(`\n${names} found the same.`);
else console.error(`\n${names} did not find the same: ${results.join(", ")}`);
process.exit(isSame ? 0 : 1);

/** Runs the count under a runtime, passing on what it prints; the progress bar needs its terminal and goes to standard error. */
function count({ bin, run }) {
  const child = spawn(bin, [...run, `${ROOT}/examples/word_count/main.ts`, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (bytes) => {
    text += bytes;
    process.stdout.write(bytes);
  });
  return new Promise((done) => {
    child.on("error", (error) => done({ code: 1, signal: error.message }));
    child.on("close", (code, signal) => done({ code, signal, result: /^result +(\w+)$/m.exec(text)?.[1] }));
  });
}
