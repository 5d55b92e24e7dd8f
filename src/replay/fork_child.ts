/**
 * A fork child's own side: takes the path of its parent, silently, until it
 * comes to the fork that made it, and becomes a process of its own there. Mirror of
 * `fork.ts`.
 *
 * @module
 */
import type { Self } from "../runtime/adapter.ts";
import { installSelf, thisProcess } from "../runtime/installed.ts";
import { setChildCount, setForkLineage } from "../runtime/process_info.ts";
import { isReplaying, startReplay } from "./recorder.ts";
import type { ForkBoot, RecordedCall } from "./recording.ts";
import { MAX_TIMEOUT_MS } from "../runtime/deadline.ts";

/** A child may take this many milliseconds to its fork point, … */
const PATIENCE = 10_000;
/** … and so many times what its parent took there, and what it took itself to start: machines are busy. */
const FACTOR = 10;

/**
 * Starts as a fork child of a program, whose main module runs next. Does nothing in a thread of the program, where
 * this is loaded as well.
 *
 * @param mute silences this process, and gives what ends that
 */
export async function rejoin(self: Self, mute: Self["mute"]): Promise<void> {
  const text = self.boot();
  if (text === null) return;
  installSelf(self);
  replay((JSON.parse(text) as { fork: ForkBoot }).fork, await mute());
}

/** Puts this process, which is silent now, on the path of its parent. It speaks again when it has arrived. */
export function replay({ ancestry, recording }: ForkBoot, unmute: () => void): void {
  const self = thisProcess();
  const { lives, children, elapsed, startedAt } = ancestry;
  const refused = self.recordRefusals();
  let life = 1;
  setForkLineage(lives.slice(0, life));
  let isLost = false;

  /** Says, once, that the fork point was missed, and why. Gives the exit code for that. */
  function miss(reason: string): number | undefined {
    if (isLost || !isReplaying()) return undefined;
    isLost = true;
    const refusal = refused();
    const [, site] = recording.events.at(-1) as RecordedCall;
    const remedy = refusal === null ? REMEDY : `after a refusal (${refusal}), ${PERMIT}`;
    self.writeStderr(
      `ForkError: Cannot fork: child ${self.pid} was to come to fork() at ${
        recording.sites[site]
      }, ${reason}, ${remedy}\n`,
    );
    return 1;
  }

  startReplay(recording, {
    passed: () => setForkLineage(lives.slice(0, ++life)),
    arrived() {
      setForkLineage([...lives.slice(0, -1), { ...lives.at(-1)!, pid: self.pid }]);
      setChildCount(children);
      refused();
      unmute();
    },
    astray(expected, called, at): never {
      miss(`but as step ${at + 1} of its path it called ${called}, where its parent had called ${expected}`);
      return self.exit(1);
    },
  });
  self.atExit((error) => {
    const isTold = error === undefined || (error as Error | null)?.name === "NotCapable";
    return miss(isTold ? "but it ended" : `but it ended with ${String(error)}`);
  });
  const limit = Math.min(PATIENCE + FACTOR * (elapsed + Math.max(0, Date.now() - startedAt)), MAX_TIMEOUT_MS);
  self.unrefTimeout(limit, () => {
    if (miss(`but was not there within ${Math.round(limit / 1000)} s`) !== undefined) self.exit(1);
  });
}

const REMEDY = "put what is not the same in every process inside snapshot()";
const PERMIT =
  "it has only what its parent was granted whole: name the rest, as in fork({ permissions: { read: […] } })";
