import { assertEquals } from "@std/assert";
import * as v from "valibot";
import { error } from "../../../../lib/protocol/messages/control.ts";
import { HERE, NOW, THERE } from "../examples.ts";
import { passes, testMembers } from "./members.ts";

const bound = { type: "ACK", ts: NOW, origin: THERE };
const anyText = { type: ["", "no such thing"] };
const texts = ["", "no such thing"];

testMembers("HEARTBEAT", { nonce: [""], ...anyText }, { nonce: "QQ", receiver: HERE, ...bound });
testMembers("CTRL_CLOSE", {});
testMembers("ACK", {
  msg_ref: texts,
  pubkey: ["no such thing"],
  challenge: [""],
  ...anyText,
}, { server_id: HERE, pubkey: "MIIC", challenge: "QQ", ...bound });
testMembers("ERROR", { code: texts, detail: texts, msg_ref: texts, ...anyText }, {
  detail: "why",
  msg_ref: "QQ",
  ...bound,
});

Deno.test("an error of another team has a code of its own, and no detail perhaps (§9.5)", () => {
  const read = v.parse(error, { code: "RATE_LIMITED" });
  assertEquals({ code: read.code, detail: read.detail }, { code: "RATE_LIMITED", detail: "" });
});

Deno.test("what a peer writes into an error is bounded", () => {
  assertEquals(passes("ERROR", { code: "X".repeat(65) }), false);
  assertEquals(passes("ERROR", { code: "X", detail: "x".repeat(4097) }), false);
  assertEquals(passes("ERROR", { code: "X", msg_ref: "x".repeat(65) }), false);
});
