import { chmodSync } from "node:fs";
import process from "node:process";
import { startBoxed } from "./_fixtures/box.ts";
import { bundle, project } from "./_fixtures/bundles.ts";
import { entrypointFor, service } from "./_fixtures/deploy_page.ts";
import { assertEquals } from "../_support/assert.ts";
import { until } from "../_support/async.ts";
import { children, runtimes } from "../_support/system.ts";
import { noLeaks, test } from "../_support/testing.ts";

/** A bundle is made, and a service run. */
const SLOW = { limit: 120_000 };

let made: Promise<string> | undefined;

/** Folder with the service, as an image has it. */
function image(): Promise<string> {
  return made ??= (async () => {
    const folder = project({ "main.ts": service });
    const path = await bundle("main.ts", { by: "esbuild", flags: ["--minify"], folder });
    const app = path.slice(0, path.lastIndexOf("/"));
    chmodSync(app, 0o755);
    return app;
  })();
}

/** Runs the service as the image for this runtime does, asks it twice, and stops it while it has not answered the second. */
async function serve(hasTmp: boolean): Promise<void> {
  const [name] = runtimes;
  const running = startBoxed(await image(), name!, [...entrypointFor(name!), "0"], hasTmp);
  try {
    const port = () => /port: (\d+)/.exec(running.stdout())?.[1];
    await until(() => port() !== undefined || running.stderr() !== "", "the service listens");
    assertEquals(running.stderr(), "");
    const ask = async (n: number) => await (await fetch(`http://127.0.0.1:${port()}/${n}`)).text();
    assertEquals(await ask(10), "55\n");
    const { pid } = children(running.pid)[0]!;
    const late = ask(36);
    await until(() => running.stdout().includes("/36"), "the service is asked");
    process.kill(pid, "SIGTERM");
    assertEquals(await late, "14930352\n");
    const { code, stdout, stderr } = await running.ended;
    assertEquals([code, stdout.split("\n").at(-2), stderr], [0, "drained", ""]);
  } finally {
    running.kill("SIGKILL");
    await running.ended;
  }
}

test(
  "Images of docs/deploy.md answer what they are asked, and when they are stopped what they have been asked before, and end with 0",
  async () => {
    await serve(true);
  },
  SLOW,
);

test("Images of docs/deploy.md do so where nothing at all can be written", async () => {
  await serve(false);
}, SLOW);

noLeaks();
