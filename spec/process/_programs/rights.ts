/** Tells what this program may do, then what its children may: `folder`, and the options of the children as JSON. */
import process from "node:process";
import { Process } from "../../../mod.ts";
import { tellRights } from "../_fixtures/rights.ts";

export { tellRights };

if (import.meta.main) {
  const [folder, all] = process.argv.slice(2) as [string, string];
  await tellRights(folder);
  for (const options of JSON.parse(all)) {
    try {
      const code = await new Process({ target: tellRights, args: [folder], ...options }).start().join();
      if (code !== 0) console.log(JSON.stringify(code));
    } catch (error) {
      console.log(JSON.stringify(String(error)));
    }
  }
}
