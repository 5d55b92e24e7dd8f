/** What the child sees of its parent's variables, before and after the fork. */
import process from "node:process";
import { fork } from "../../../mod.ts";
import { leave, meet, reap, tell } from "../_fixtures/telling.ts";

const [folder] = process.argv.slice(2) as [string];
const { env } = process;
env.SPEC_NEW = "new";
env.SPEC_COUNT = `${Number(env.SPEC_COUNT) + 1}`;
delete env.SPEC_GONE;
const pid = fork();
if (pid === 0) await meet(`${folder}/changed`);
const unchanged = env.SPEC_LATE ?? null;
env.SPEC_LATE = pid === 0 ? "child's" : "parent's";
if (pid !== 0) leave(`${folder}/changed`);
if (pid !== 0) await reap();
const names = ["SPEC_SET", "SPEC_NEW", "SPEC_COUNT", "SPEC_GONE"];
tell({
  isChild: pid === 0,
  seen: names.map((name) => env[name] ?? null),
  late: [unchanged, env.SPEC_LATE],
  own: Object.keys(env).filter((name) => name.startsWith("BROOD_BOOT")),
});
