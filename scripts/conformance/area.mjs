/**
 * Runs the tests of one area of the spec under one runtime, in a process of their own.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { readJunit } from "./junit.mjs";
import { RUNTIMES } from "../runtimes.mjs";
import { isSoak } from "./pages.mjs";

/** Milliseconds that all tests of one area may take. */
const LIMIT_MS = 150_000;

/** The same for an area of the room soak. */
const SOAK_LIMIT_MS = 1_800_000;

/**
 * Results by sentence: null for passed, else why not. A bullet without a result has failed; a file that ended badly
 * although no case failed has a result of its own.
 */
export async function runArea({ name, bullets, file }, runtime, { root, scratch, sockets, env, only }) {
  const results = new Map();
  if (file !== null) {
    const report = `${scratch}/${runtime.name}-${name.replace("/", "-")}.xml`;
    const limit = isSoak(name) ? SOAK_LIMIT_MS : LIMIT_MS;
    const { fault, output } = await runFile(runtime, runtime.test(`./${file}`, report), {
      root,
      sockets,
      env,
      only,
      limit,
    });
    for (const { name: sentence, failure } of readReport(report)) {
      results.set(sentence, failure ?? results.get(sentence) ?? null);
    }
    const failed = [...results.values()].some((failure) => failure !== null);
    if (failed) printed(name, runtime.name, output);
    const silent = results.size === 0 ? "it ran no test" : null;
    if (fault !== null && (!failed || fault.late) || silent !== null) {
      results.set(`${file} runs to its end`, `${fault?.why ?? silent}\n${output.slice(-2_000)}`);
    }
  }
  for (const sentence of bullets) if (!results.has(sentence)) results.set(sentence, "it has no result");
  return results;
}

/** What the processes of a failed area have printed: a report has nothing of it. */
function printed(area, runtime, output) {
  console.log(`--- ${runtime} ${area} printed:\n${output.slice(-6_000)}\n---`);
}

function readReport(path) {
  try {
    return readJunit(readFileSync(path, "utf8"));
  } catch {
    return []; // the runner ended before it wrote one
  }
}

function runFile(runtime, args, { root, sockets, env: more, only, limit }) {
  // The tests learn from this how to call their runtime, and in which others they find their like.
  const told = JSON.stringify([runtime, ...RUNTIMES.filter((other) => other !== runtime)]);
  const env = {
    ...process.env,
    NO_COLOR: "1",
    TMPDIR: sockets,
    SPEC_RUNTIMES: told,
    ...more,
    ...only === undefined ? {} : { SPEC_ONLY: only },
  };
  // A process group of its own, so that a runner that hangs is ended with all that it started.
  const child = spawn(runtime.bin, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  let late = false;
  child.stdout.on("data", (bytes) => output += bytes);
  child.stderr.on("data", (bytes) => output += bytes);
  const timer = setTimeout(() => {
    late = true;
    end(child.pid);
  }, limit);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ fault: { why: error.message, late }, output }));
    // exit, not close: what a test left behind may hold the output open.
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      const why = late ? `it did not end within ${limit / 1000} s` : `it ended with ${signal ?? `exit code ${code}`}`;
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ fault: code === 0 ? null : { why, late }, output });
      }, 50);
    });
  });
}

function end(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it has just ended by itself
  }
}
