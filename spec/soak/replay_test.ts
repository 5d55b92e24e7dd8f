import { told } from "../replay/_fixtures/replay_tell.ts";
import { assertEquals, assertMatch } from "../_support/assert.ts";
import { run } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

test("ForkError is thrown by fork() after more than 100 000 calls, whose results are given all the same", async () => {
  const { code, stdout, stderr } = await run("replay/_programs/replay_long.ts", { args: ["100001"], limit: 50_000 });
  const { error, ...others } = told(stdout);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(
    error![0]![0] as string,
    /^ForkError: Cannot fork: this process has made more than 100000 calls that a child would have to replay, fork earlier/,
  );
  assertEquals([error![0]![1], others], [5, {}]);
}, { limit: 60_000 });

noLeaks();
