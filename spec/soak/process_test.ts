import { said } from "../process/_fixtures/wait_said.ts";
import { daemonGoesAtOnce, orphanGoesOn } from "../process/_fixtures/orphan_at_once.ts";
import { ABRUPT, ALL, bereft, every, orphaned, withBoth } from "../process/_fixtures/orphan_cases.ts";
import {
  ASKS,
  BETWEEN,
  familyBeyond,
  generationBeyond,
  GRANDCHILDREN,
  parents,
} from "../process/_fixtures/permission_families.ts";
import { assertEquals } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

const SLOW = { limit: 600_000 };
const TIMES = 20;

test(
  "wait() and waitpid() give every one of 300 children exactly once when they end together and are waited for in all ways",
  async () => {
    assertEquals(await said("crowd", "mixed", "process", 300), [[300, "NoChildError", 0]]);
    assertEquals(await said("crowd", "mixed", "fork", 100), [[100, "NoChildError", 0]]);
  },
  SLOW,
);

test(
  "processTable() and the descriptors are as before when 1 000 forks were made and waited for one after the other",
  async () => {
    assertEquals(await said("crowd", "sequence", "fork", 1_000), [[1_000, true, 0]]);
  },
  SLOW,
);

test(
  "fork() child made directly before its parent exits or gets SIGKILL runs to its end, twenty times of twenty",
  async () => {
    for (let time = 0; time < TIMES; time++) {
      for (const end of ["exit", "SIGKILL"] as const) {
        for (const parent of ["first", "fork", "process"] as const) await orphanGoesOn(end, parent);
      }
    }
  },
  SLOW,
);

test(
  "Process that is a daemon, started directly before its parent exits or gets SIGKILL, is gone within a second, twenty times of twenty",
  async () => {
    for (let time = 0; time < TIMES; time++) {
      for (const end of ["exit", "SIGKILL"] as const) {
        for (const parent of ["first", "fork"] as const) await daemonGoesAtOnce(end, parent);
      }
    }
  },
  SLOW,
);

test(
  "fork() child, Process and daemon do what the table of orphans says when their parent ends, whatever the parent is, however it ends, and whether the child's event loop turns or not",
  async () => {
    for (const parent of ["", "fork.", "process."]) {
      await every(withBoth(ALL), ([ending, leaf]) => orphaned(`${parent}fork`, ending, { leaf }));
      await every(withBoth(ABRUPT), ([ending, leaf]) => orphaned(`${parent}process`, ending, { leaf }));
      await every(withBoth(ALL), ([ending, leaf]) => bereft(`${parent}daemon`, ending, { leaf }));
    }
  },
  SLOW,
);

test(
  "Process, Pool, Manager and fork() give a child nothing that its parent has not, for every kind of parent and everything that is asked",
  async () => {
    for (const parent of parents) assertEquals(await familyBeyond(parent, ASKS), []);
  },
  SLOW,
);

test(
  "Process gives the child of a child nothing that the child has not, for every kind of parent and of child",
  async () => {
    for (const parent of parents) assertEquals(await generationBeyond(parent, BETWEEN, GRANDCHILDREN), []);
  },
  SLOW,
);

noLeaks();
