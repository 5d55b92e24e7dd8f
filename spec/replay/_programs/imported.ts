/** Imports a module that forks while it is evaluated, and forks in it once more. */
import { again, early } from "../_fixtures/module.ts";
import { reap, tell, who } from "../_fixtures/telling.ts";

tell({ ...who([early, again()]), main: import.meta.main });
await reap();
