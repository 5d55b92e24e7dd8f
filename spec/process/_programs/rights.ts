/** Tells what this program may do, then what its child may: `folder`, and the options of the child as JSON. */
import process from "node:process";
import { Process } from "../../../mod.ts";
import { tellRights } from "../_fixtures/rights.ts";

export { tellRights };

if (import.meta.main) {
  const [folder, options] = process.argv.slice(2) as [string, string];
  await tellRights(folder);
  try {
    const child = new Process({ target: tellRights, args: [folder], ...JSON.parse(options) }).start();
    const code = await child.join();
    if (code !== 0) console.log(JSON.stringify(code));
  } catch (error) {
    console.log(JSON.stringify(String(error)));
  }
}
