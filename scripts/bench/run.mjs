/**
 * Measures the library on both runtimes beside CPython, in one run, and prints
 * the ratios with their goals. `--json FILE` writes the readings too.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const bin = (name) => here(`../../node_modules/.bin/${name}`);

function readings(command, args) {
  const { stdout, stderr, status, error } = spawnSync(command, args, { encoding: "utf8", timeout: 240_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${error ?? stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

const RUNTIMES = [[bin("deno"), ["run", "-A", "--no-check", here("measure.ts")]], [bin("bun"), [here("measure.ts")]]];

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

// CPython around each runtime: what else the machine does falls on both.
const pythons = [];
const measurePython = () => pythons.push(readings("python3", [here("python_pool.py")]));
measurePython();
const runtimes = RUNTIMES.map(([command, args]) => {
  const reading = readings(command, args);
  measurePython();
  return reading;
});
const python = {
  applyAsync: median(pythons.map((reading) => reading.applyAsync)),
  start: {
    fork: median(pythons.map((reading) => reading.start.fork)),
    spawn: median(pythons.map((reading) => reading.start.spawn)),
  },
  reached: {
    fork: median(pythons.map((reading) => reading.reached.fork)),
    spawn: median(pythons.map((reading) => reading.reached.spawn)),
  },
};

/** What is measured, its ratio, and the goal: a bound from above or from below. */
function lines({ start, fork, sequence, applyAsync, memory }) {
  const ms = (value) => `${value.toFixed(1)} ms`;
  const mib = (value) => `${(value / 2 ** 20).toFixed(1)} MiB`;
  const rate = (value) => `${Math.round(value / 1000)} k/s`;
  return [
    [
      "Process start to join",
      ms(start.process),
      `empty module ${ms(start.empty)}`,
      start.process / start.empty,
      1.6,
      "most",
    ],
    [
      "  target beside the library",
      ms(start.withLibrary),
      `empty module ${ms(start.empty)}`,
      start.withLibrary / start.empty,
      1.6,
      "most",
    ],
    [
      "fork() to child's next line",
      ms(fork.reached),
      `its own path ${ms(fork.own)}`,
      (fork.reached - fork.own) / fork.empty,
      1.6,
      "most",
    ],
    [
      "  memory after 1000 forks",
      mib(sequence.late.resident),
      `after 100 ${mib(sequence.early.resident)}`,
      sequence.late.resident / sequence.early.resident,
      1.2,
      "most",
    ],
    [
      "  descriptors likewise",
      String(sequence.late.descriptors),
      `after 100 ${sequence.early.descriptors}`,
      sequence.late.descriptors / sequence.early.descriptors,
      1,
      "most",
    ],
    [
      "applyAsync, tiny, 2 workers",
      rate(applyAsync),
      `CPython ${rate(python.applyAsync)}`,
      applyAsync / python.applyAsync,
      8,
      "least",
    ],
    [
      "worker resident memory",
      mib(memory.worker),
      `empty module ${mib(memory.empty)}`,
      memory.worker / memory.empty,
      1.5,
      "most",
    ],
  ];
}

for (const reading of runtimes) {
  console.log(`\n${reading.runtime}`);
  for (const [what, ours, theirs, ratio, goal, side] of lines(reading)) {
    const met = side === "most" ? ratio <= goal : ratio >= goal;
    const bound = `${side === "most" ? "≤" : "≥"} ${goal} ×`;
    console.log(
      `  ${what.padEnd(30)} ${ours.padStart(10)}   ${theirs.padEnd(24)} ${
        ratio.toFixed(2).padStart(6)
      } ×   goal ${bound} ${met ? "" : "  not met"}`,
    );
  }
}
console.log(
  `\nCPython to the child's next line: os.fork ${python.reached.fork.toFixed(1)} ms, spawn ${
    python.reached.spawn.toFixed(1)
  } ms`,
);
console.log(
  `\nCPython start to join: fork ${python.start.fork.toFixed(1)} ms, spawn ${python.start.spawn.toFixed(1)} ms`,
);

const at = process.argv.indexOf("--json");
if (at !== -1) writeFileSync(process.argv[at + 1], JSON.stringify({ python, runtimes }, null, 2));
