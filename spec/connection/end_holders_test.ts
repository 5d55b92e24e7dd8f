import { EndHolders, forkTicketOf, type LocalCopy, type LocalCopyEvent } from "../../src/connection/end_holders.ts";
import { ObjectClient } from "../../src/remote/operation.ts";
import { assertEquals } from "../_support/assert.ts";
import { noLeaks, test } from "../_support/testing.ts";

const WAYS: Readonly<Record<LocalCopy, readonly LocalCopyEvent[]>> = {
  idle: [],
  given: ["taken"],
  used: ["use"],
  closed: ["close"],
};

function holdersIn(state: LocalCopy): EndHolders {
  const holders = new EndHolders();
  for (const event of WAYS[state]) holders.moveLocalCopy(event);
  return holders;
}

test("EndHolders.isHeld counts the local copy while it is idle and when it is used, and not when another process has taken the end", () => {
  const held = (["idle", "given", "used", "closed"] as const).map((state) => holdersIn(state).isHeld);
  assertEquals(held, [true, false, true, false]);
  const [holders, client] = [new EndHolders(), new ObjectClient()];
  holders.attach(client);
  assertEquals([holders.has(client), holders.isHeld, holders.localCopy], [true, true, "given"]);
  holders.detach(client);
  assertEquals([holders.has(client), holders.isHeld], [false, false]);
});

test("EndHolders.moveLocalCopy() goes to the state of the table from every state, by every event", () => {
  const after = (state: LocalCopy) =>
    (["use", "close", "taken"] as const).map((event) => {
      const holders = holdersIn(state);
      holders.moveLocalCopy(event);
      return holders.localCopy;
    });
  assertEquals(after("idle"), ["used", "closed", "given"]);
  assertEquals(after("given"), ["used", "closed", "given"]);
  assertEquals(after("used"), ["used", "closed", "used"]);
  assertEquals(after("closed"), ["used", "closed", "closed"]);
});

test("EndHolders.isOpen counts handles that are under way, also when the ticket comes back before it is announced", () => {
  const holders = holdersIn("closed");
  holders.issueTicket("one", null);
  assertEquals([holders.isHeld, holders.isOpen], [false, true]);
  holders.returnTicket("one");
  assertEquals(holders.isOpen, false);
  holders.returnTicket("two");
  holders.issueTicket("two", null);
  assertEquals(holders.isOpen, false);
  const client = new ObjectClient();
  holders.issueTicket("three", client);
  assertEquals([holders.ticketsOf(client), holders.ticketsOf(new ObjectClient())], [["three"], []]);
  holders.cancelTicket("three");
  assertEquals(holders.isOpen, false);
});

test("EndHolders.endTicket() makes an idle copy count no more, unless the ticket is that of a fork child", () => {
  for (const [ticket, state] of [["one", "given"], [forkTicketOf(7), "idle"]]) {
    const holders = new EndHolders();
    holders.issueTicket(ticket!, null);
    holders.endTicket(ticket!);
    assertEquals(holders.localCopy, state);
  }
});

test("EndHolders.isOpenBeside() does not count the ticket of the fork child that asks", () => {
  const holders = holdersIn("closed");
  const own = forkTicketOf(7);
  holders.issueTicket(own, null);
  assertEquals([holders.isOpenBeside(own), holders.isOpenBeside(undefined)], [false, true]);
  holders.issueTicket("other", null);
  assertEquals(holders.isOpenBeside(own), true);
});

noLeaks();
