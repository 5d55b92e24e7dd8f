import { show } from "~root/show.ts";
import { one } from "@guest/one";
import { given } from "@guest/one/given";
import { two } from "@guest/two";

if (import.meta.main) await show({ one, two, ...given() });
