/**
 * A fork child before its fork: replays the recording of its parent, silently, and
 * becomes a process of its own at the fork that made it. A child that does not get
 * there ends with 1 and a `ForkError` on standard error. The parent's side is
 * `process/fork.ts`.
 *
 * @module
 */
import type { Self } from "../runtime/adapter.ts";
import { MAX_TIMEOUT_MS } from "../runtime/deadline.ts";
import { installSelf, thisProcess } from "../runtime/installed.ts";
import { setChildCount, setForkLineage } from "../runtime/process_info.ts";
import { isReplaying, startReplay } from "./recorder.ts";
import type { ForkAncestry, ForkBoot, RecordedCall, Recording } from "./recording.ts";

/** Time that every replay has, … */
const BASE_LIMIT_MS = 10_000;
/** … and what it has for each millisecond that its parent took to the fork and it took itself to start. */
const LIMIT_FACTOR = 10;

const SNAPSHOT_REMEDY = "put what is not the same in every process inside snapshot()";
const PERMISSION_REMEDY =
  "it has only what its parent was granted whole: name the rest, as in fork({ permissions: { read: […] } })";

/**
 * What a fork child of a program is told, which asks before its main module runs; null in a process that is none, such
 * as a thread of the program, where its entry is loaded as well.
 */
export function takeForkBoot(self: Self): ForkBoot | null {
  const text = self.boot();
  if (text === null) return null;
  installSelf(self);
  return (JSON.parse(text) as { fork: ForkBoot }).fork;
}

/** Replays the recording in this process, which was muted before. It is unmuted at the fork. */
export function replayFork({ ancestry, recording }: ForkBoot, unmute: () => void): void {
  const self = thisProcess();
  const { lineage, childCount } = ancestry;
  const reporter = new MissedForkReporter(recording);
  let generation = 1;
  setForkLineage(lineage.slice(0, generation));

  startReplay(recording, {
    forkPassed: () => setForkLineage(lineage.slice(0, ++generation)),
    forkReached() {
      setForkLineage([...lineage.slice(0, -1), { ...lineage.at(-1)!, pid: self.pid }]);
      setChildCount(childCount);
      reporter.end();
      unmute();
    },
    diverged(expected, called, number): never {
      reporter.report(`call ${number} of its replay was ${called}, where its parent had called ${expected}`);
      return self.exit(1);
    },
  });
  self.atExit((error) => {
    const isExplained = error === undefined || (error as Error | null)?.name === "NotCapable";
    return reporter.report(isExplained ? "it ended" : `it ended with ${String(error)}`);
  });
  const limitMs = replayLimitMs(ancestry);
  self.unrefTimeout(limitMs, () => {
    const code = reporter.report(`it had not come there within ${Math.round(limitMs / 1000)} s`);
    if (code !== undefined) self.exit(code);
  });
}

function replayLimitMs({ elapsedMs, startedAt }: ForkAncestry): number {
  const startMs = Math.max(0, Date.now() - startedAt);
  return Math.min(BASE_LIMIT_MS + LIMIT_FACTOR * (elapsedMs + startMs), MAX_TIMEOUT_MS);
}

/** Says on standard error, once, that the fork was not reached, and why. */
class MissedForkReporter {
  readonly #site: string;
  /** Gives the first permission that was refused, if one was. */
  readonly #firstRefusal = thisProcess().recordRefusals?.() ?? (() => null);
  #hasReported = false;

  constructor({ events, sites }: Recording) {
    const [, site] = events.at(-1) as RecordedCall;
    this.#site = sites[site]!;
  }

  /** @returns the exit code to end with; undefined when the fork was reached, or the report was made before */
  report(reason: string): number | undefined {
    if (this.#hasReported || !isReplaying()) return undefined;
    this.#hasReported = true;
    const self = thisProcess();
    const refusal = this.#firstRefusal();
    const remedy = refusal === null ? SNAPSHOT_REMEDY : `after a refusal (${refusal}), ${PERMISSION_REMEDY}`;
    self.writeStderr(
      `ForkError: Cannot fork: child ${self.pid} did not come to fork() at ${this.#site}: ${reason}, ${remedy}\n`,
    );
    return 1;
  }

  /** The fork was reached: refusals are the program's own affair from now on. */
  end(): void {
    this.#firstRefusal();
  }
}
