import { show } from "./show.ts";
import { word } from "#words";
import { tool } from "#lib/tool";
import { own } from "guest";
import { conditional } from "guest/sub";
import { isNewLine } from "acorn";
import common, { named } from "common";
import * as dual from "dual";
import { linked } from "linked";
import { given } from "./through.ts";

if (import.meta.main) {
  await show({
    ...{ word, tool, own, conditional, isNewLine, named, common, member: common.member, dual: dual.which, linked },
    ...given(),
  });
}
