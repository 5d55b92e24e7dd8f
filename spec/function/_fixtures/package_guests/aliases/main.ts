import { show } from "@/show.ts";
import { under } from "@/under.ts";
import { versioned } from "words@1.2.3";
import { exact } from "exact";
import { given } from "./lib/inner/through.ts";

if (import.meta.main) await show({ under, versioned, exact, ...given() });
