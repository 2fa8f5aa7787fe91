import { assertEquals } from "@std/assert";
import * as v from "valibot";
import * as fields from "../../../../lib/protocol/messages/fields.ts";
import { BLOCK, BOB } from "../examples.ts";

type Field = Exclude<
  keyof typeof fields,
  "MAX_META_LENGTH" | "MAX_OWN_META_LENGTH" | "anyObject" | "binding" | "absent"
>;

const takes = (field: Field, value: unknown) => v.safeParse(fields[field], value).success;

const GOOD: Record<Field, readonly unknown[]> = {
  id: [BOB, BOB.toUpperCase()],
  receiver: [BOB, BOB.toUpperCase(), "*"],
  timestamp: [0, 1, 1_700_000_000_000, Number.MAX_SAFE_INTEGER],
  port: [1, 8765, 65_535],
  host: ["localhost", "127.0.0.1", "::1", "fe80::1", "chat.example.org", "a_b-c", "A"],
  publicKey: ["MIIC", "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0K", "x".repeat(4096)],
  base64url: ["", "QQ", "-_8"],
  signature: [BLOCK],
  ciphertext: ["", "QQ", BLOCK],
  messageRef: ["", "USER_HELLO", "x".repeat(64)],
  meta: [{}, { display_name: "Zoë", extras: { segments: true }, age: 7 }],
  ownMeta: [{}, { display_name: "Zoë", extras: { segments: true }, age: 7 }],
};

const BAD: Record<Field, readonly unknown[]> = {
  id: ["", "bob", `${BOB} `, `{${BOB}}`, 7, null, [BOB], { id: BOB }],
  receiver: ["", "bob", "**", "* ", `${BOB} `, 7, null, ["*"], [BOB]],
  timestamp: [-1, 1.5, 2 ** 53, NaN, Infinity, "1700000000000", null, true, [1]],
  port: [0, -1, 65_536, 80.5, "80", null, NaN],
  host: ["", "a b", "[::1]", "a/b", "a@b", "a\n", "ä.example", "x".repeat(254), 7, null],
  publicKey: ["", "x".repeat(4097), 7, null, {}],
  base64url: ["QQ==", "QR", " QQ", "Q", "+/8", "QQ\n", 7, null],
  signature: ["", "QQ", `${BLOCK}=`, BLOCK.slice(0, -2), `${BLOCK}AA`, 7, null],
  ciphertext: ["QQ==", "Q Q", "x".repeat(43_696), 7, null],
  messageRef: ["x".repeat(65), 7, null],
  meta: [[], [1], "{}", 7, null, true],
  ownMeta: [[], [1], "{}", 7, null, true],
};

for (const field of Object.keys(GOOD) as Field[]) {
  Deno.test(`the field ${field} takes what is good and keeps its spelling`, () => {
    for (const value of GOOD[field]) {
      assertEquals(takes(field, value), true, JSON.stringify(value));
      assertEquals<unknown>(v.parse(fields[field], value), value);
    }
  });

  Deno.test(`the field ${field} refuses what is not`, () => {
    for (const value of BAD[field]) assertEquals(takes(field, value), false, JSON.stringify(value));
  });

  Deno.test(`the field ${field} says what was expected, in one line`, () => {
    for (const value of BAD[field]) {
      const { issues } = v.safeParse(fields[field], value);
      const message = issues?.[0]?.message ?? "";
      assertEquals(/^expected [^\n]{1,100}$/.test(message), true, message);
    }
  });
}

Deno.test("a member that belongs to another type must not be there, not even as null", () => {
  const schema = v.object({ code: fields.absent });
  for (const code of [null, "", "TIMEOUT", 0, false, {}]) {
    assertEquals(v.safeParse(schema, { code }).success, false, JSON.stringify(code));
  }
  assertEquals(v.safeParse(schema, {}).success, true);
});
