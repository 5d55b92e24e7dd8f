/**
 * A fork child's own side: takes the path of its parent, silently, until it
 * comes to the fork that made it, and becomes a process of its own there. Mirror of
 * `fork.ts`.
 *
 * @module
 */
import { here } from "./adapter.ts";
import type { Forked } from "./boot.ts";
import { live, setChildrenMade } from "./family.ts";
import { follow, isReplaying } from "./path.ts";
import type { Call } from "./trail.ts";

/** A child may take this many milliseconds to its fork point, … */
const PATIENCE = 10_000;
/** … and so many times what its parent took there, and what it took itself to start: machines are busy. */
const FACTOR = 10;

/** Puts this process on the path of its parent. From now on it writes nothing, until it arrives. */
export async function replay({ ancestry, trail }: Forked): Promise<void> {
  const self = here();
  const { lives, children, elapsed, startedAt } = ancestry;
  const own = { ...lives.at(-1)!, pid: self.pid };
  const unmute = await self.mute();
  let life = 1;
  live(lives.slice(0, life));
  const [, site] = trail.events.at(-1) as Call;
  const awaited = trail.sites[site]!;

  const fail = (reason: string) =>
    self.warn(`ForkError: Cannot fork: the child ${self.pid} was to come to fork() at ${awaited}: ${reason}\n`);
  follow(trail, {
    passed: () => live(lives.slice(0, ++life)),
    arrived() {
      live([...lives.slice(0, -1), own]);
      setChildrenMade(children);
      unmute();
    },
    astray(expected, called, at): never {
      fail(
        `as step ${at + 1} of its path it called ${called}, where its parent had called ${expected}, ${REMEDY}`,
      );
      failed = true;
      return self.exit(1);
    },
  });

  let failed = false;
  self.atExit((error) => {
    if (!isReplaying() || failed) return;
    failed = true;
    const refused = (error as Error | undefined)?.name === "NotCapable";
    const threw = error === undefined ? "it ended" : `it ended with ${String(error)}`;
    fail(`${threw} before that, ${refused ? PERMIT : REMEDY}`);
    return 1;
  });
  const limit = PATIENCE + FACTOR * (elapsed + Math.max(0, Date.now() - startedAt));
  self.alarm(limit, () => {
    if (!isReplaying()) return;
    failed = true;
    fail(`it was not there within ${Math.round(limit / 1000)} s, ${REMEDY}`);
    self.exit(1);
  });
}

const REMEDY = "put what is not the same in every process inside snapshot()";
const PERMIT =
  "a child has only what its parent was granted whole: name the rest, as in fork({ permissions: { read: […] } })";
