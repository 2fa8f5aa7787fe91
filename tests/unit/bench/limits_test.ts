import { assertEquals, assertThrows } from "@std/assert";
import { inTurns, speedOf } from "../../../bench/limits.ts";

const PRINTED = `version: 3.0.19
                  sign    verify    sign/s verify/s
rsa 4096 bits 0.002997s 0.000046s    333.6  21903.5
`;

Deno.test("what openssl speed prints is read", () => {
  assertEquals(speedOf(PRINTED), { sign: 333.6, verify: 21903.5 });
});

Deno.test("what cannot be read is an error, not a limit that nobody reaches", () => {
  assertThrows(() => speedOf("rsa 2048 bits 1s 1s 1 1"), Error, "something else: rsa 2048");
});

Deno.test("the limit is measured before, between and after, and the first measurement does not count", async () => {
  const order: string[] = [];
  const values = [1_000, 10, 20];
  const limits = [30, 60, 30];
  const result = await inTurns(
    2,
    () => Promise.resolve((order.push("value"), values.shift() ?? NaN)),
    () => Promise.resolve((order.push("limit"), limits.shift() ?? NaN)),
  );
  assertEquals(order.join(" "), "value limit value limit value limit");
  assertEquals(result, { value: 15, limit: 40 });
});
