import { isNewLine } from "parser";
import { show } from "./show.ts";
import { given } from "./through.ts";

if (import.meta.main) await show({ isNewLine, ...given() });
