import { assert, assertEquals } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

test(
  "DictProxy does 100 000 acts, one after the other and at once, and the memory of neither process grows with them",
  async () => {
    const { stdout, stderr } = await run("manager/_programs/many.ts", { limit: 110_000 });
    assertEquals(stderr, "");
    const [size, ...growths] = JSON.parse(stdout) as number[];
    assertEquals(size, 1_000);
    for (const growth of growths) assert(growth < 60 * 1024, `${growth} KiB more`);
  },
  { limit: 120_000 },
);

noLeaks();
