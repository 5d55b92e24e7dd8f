/**
 * What rounds of the spec have shown, behaviour by runtime: as data, as a table for a terminal, and as Markdown.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { arch, cpus, platform, release } from "node:os";
import { ROOT } from "../runtimes.mjs";

/** How a mark is printed. */
const MARKS = { passed: "✓", failed: "✗", absent: "–" };

/**
 * The report as data. `rounds` is a list of what `runRound` gives, `checked` whether the check scripts held, or null
 * when they were not run. A behaviour has passed when it did so in every round.
 */
export function makeReport({ areas, runtimes, rounds, checked, date }) {
  const behaviours = areas.flatMap((area) => behavioursOf(area, runtimes, rounds));
  const failures = behaviours.flatMap(({ area, sentence, failures }) =>
    failures.map((failure) => ({ area, sentence, ...failure }))
  );
  const counts = runtimes.map(({ name }, at) => {
    const results = behaviours.map(({ results }) => results[at].result);
    return { runtime: name, passed: count(results, "passed"), failed: count(results, "failed") };
  });
  const scripts = { passed: checked === true ? 1 : 0, failed: checked === false ? 1 : 0 };
  const { name, version } = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8"));
  return {
    library: { name, version },
    date: date.toISOString(),
    platform: { system: platform(), release: release(), architecture: arch(), processors: cpus().length },
    runtimes: runtimes.map((runtime) => ({ name: runtime.name, version: versionOf(runtime) })),
    rounds: rounds.length,
    checks: checked,
    passed: sum([scripts, ...counts], "passed"),
    failed: sum([scripts, ...counts], "failed"),
    counts,
    failures,
    behaviours: behaviours.map(({ area, sentence, results }) => ({
      area,
      sentence,
      ...Object.fromEntries(results.map(({ runtime, result }) => [runtime, result])),
    })),
  };
}

/** The sentences of an area with their results by runtime, in the order of the page; what no page has comes last. */
function behavioursOf({ name, bullets }, runtimes, rounds) {
  const columns = runtimes.map((_, at) => rounds.map((round) => round[at].get(name) ?? new Map()));
  const sentences = new Set([...bullets, ...columns.flat().flatMap((results) => [...results.keys()])]);
  return [...sentences].map((sentence) => {
    const outcomes = columns.map((column) =>
      column.filter((results) => results.has(sentence)).map((r) => r.get(sentence))
    );
    const messages = outcomes.map((column) => column.filter((message) => message !== null));
    return {
      area: name,
      sentence,
      results: runtimes.map(({ name: runtime }, at) => ({
        runtime,
        result: outcomes[at].length === 0 ? "absent" : messages[at].length > 0 ? "failed" : "passed",
      })),
      failures: runtimes.flatMap(({ name: runtime }, at) =>
        messages[at].length === 0 ? [] : [{ runtime, times: messages[at].length, message: messages[at][0] }]
      ),
    };
  });
}

function count(results, wanted) {
  return results.filter((result) => result === wanted).length;
}

function sum(list, key) {
  return list.reduce((total, each) => total + each[key], 0);
}

/** What a binary says of its version, or null. */
function versionOf({ bin }) {
  const { stdout } = spawnSync(bin, ["--version"], { encoding: "utf8", timeout: 10_000 });
  return /\d+\.\d+\S*/.exec(stdout ?? "")?.[0] ?? null;
}

/** The report for a terminal: a table for each area, then each failure. */
export function printed(report) {
  const names = report.runtimes.map(({ name }) => name);
  const width = Math.max(6, ...names.map((name) => name.length + 2));
  const { library, platform: { system, architecture }, runtimes } = report;
  const versions = [library, ...runtimes].map(({ name, version }) => `${name} ${version ?? "of unknown version"}`);
  const head = `\n${versions.join(", ")} on ${system} ${architecture}, ${report.date}`;
  const lines = [...byArea(report)].flatMap(([area, behaviours]) => [
    `\n${names.map((name) => name.padEnd(width)).join("")}${area}`,
    ...behaviours.map((each) => names.map((name) => ` ${MARKS[each[name]]}`.padEnd(width)).join("") + each.sentence),
  ]);
  for (const { runtime, sentence, message } of report.failures) {
    lines.push(`\n✗ ${runtime}: ${sentence}\n${message.replace(/^/gm, "    ")}`);
  }
  if (report.checks === false) lines.push("\n✗ the check scripts: see what they say above");
  return [head, ...lines].join("\n");
}

/** How often each sentence has failed in all rounds. */
export function frequencies({ rounds, failures }) {
  const lines = failures.map(({ runtime, area, sentence, times }) =>
    `failed ${times} of ${rounds} rounds: ${runtime}, ${area}: ${sentence}`
  );
  return lines.length > 0 ? lines.join("\n") : `nothing failed in ${rounds} rounds`;
}

function byArea({ behaviours }) {
  const areas = new Map();
  for (const each of behaviours) areas.set(each.area, [...areas.get(each.area) ?? [], each]);
  return areas;
}

/** The report as a page. */
export function pageOf(report) {
  const { library, platform: { system, release, architecture, processors }, runtimes } = report;
  const names = runtimes.map(({ name }) => name);
  const heads = runtimes.map(({ name, version }) => `${name} ${version ?? ""}`.trim());
  const checks = { true: "held", false: "did not hold", null: "not run" }[report.checks];
  const parts = [
    `# Conformance of ${library.name} ${library.version}`,
    [
      `- Date: ${report.date}`,
      `- Platform: ${system} ${release}, ${architecture}, ${processors} processors`,
      `- Rounds: ${report.rounds}; check scripts: ${checks}`,
      `- ${report.passed} passed, ${report.failed} failed`,
    ].join("\n"),
    table(
      ["runtime", "version", "passed", "failed"],
      report.counts.map((each, at) => [
        each.runtime,
        runtimes[at].version ?? "unknown",
        each.passed,
        each.failed,
      ]),
    ),
  ];
  if (report.failures.length > 0) parts.push("## Failures");
  for (const { runtime, area, sentence, times, message } of report.failures) {
    const often = report.rounds === 1 ? "" : `, ${times} of ${report.rounds} rounds`;
    parts.push(`**${runtime}**, ${area}${often}: ${sentence}`, message.replace(/^/gm, "    "));
  }
  for (const [area, behaviours] of byArea(report)) {
    const rows = behaviours.map((each) => [...names.map((name) => MARKS[each[name]]), each.sentence]);
    parts.push(`## ${area}`, table([...heads, "behaviour"], rows));
  }
  return `${parts.join("\n\n")}\n`;
}

function table(heads, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
