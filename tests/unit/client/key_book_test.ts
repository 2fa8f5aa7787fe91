import { assertEquals } from "@std/assert";
import { encryptionKey, KeyBook, type Pins } from "../../../lib/client/key_book.ts";
import { parsePublicKey } from "../../../lib/crypto/public_key.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import keys from "../../support/keys.json" with { type: "json" };
import { ALICE, BOB, HERE } from "../protocol/examples.ts";

const [first, second, third] = keys.keys.slice(0, 3).map(({ publicKey }) =>
  parsePublicKey(publicKey)
);
if (first === undefined || second === undefined || third === undefined) throw new Error("no keys");

const [alice, bob, here] = [toId(ALICE), toId(BOB), toId(HERE)];
const nobody: Pins = { servers: {}, users: {} };

function setUp(pins: Pins = nobody) {
  const saved: Pins[] = [];
  return { saved, book: new KeyBook(pins, (kept) => saved.push(kept)) };
}

Deno.test("the first key seen for a person counts, and is not kept before they write to each other", () => {
  const { saved, book } = setUp();
  assertEquals(book.user(alice), undefined);
  assertEquals(book.see(alice, first), "new");
  assertEquals(book.see(alice, first), "known");
  assertEquals(book.user(alice), first);
  assertEquals(saved, []);
  book.pin(alice, "Alice");
  assertEquals(saved, [{ servers: {}, users: { [alice]: { key: first, name: "Alice" } } }]);
});

Deno.test("another key never replaces the known one by itself (THREATS 6)", () => {
  for (const pins of [nobody, { ...nobody, users: { [alice]: { key: first } } }]) {
    const { saved, book } = setUp(pins);
    book.see(alice, first);
    assertEquals(book.see(alice, second), "changed");
    assertEquals(book.user(alice), first);
    assertEquals(book.isChanged(alice), true);
    assertEquals(book.isChanged(bob), false);
    book.pin(alice, "Alice");
    assertEquals(saved.at(-1)?.users[alice]?.key, first);
  }
});

Deno.test("when the known key is advertised again the alarm is over", () => {
  const { book } = setUp();
  book.see(alice, first);
  book.see(alice, second);
  assertEquals(book.see(alice, first), "known");
  assertEquals(book.isChanged(alice), false);
  assertEquals(book.trust(alice), undefined);
});

Deno.test("a changed key counts from when it is trusted, is kept at once, and keeps the name", () => {
  const { saved, book } = setUp({ ...nobody, users: { [alice]: { key: first, name: "Alice" } } });
  book.see(alice, second);
  assertEquals(book.trust(alice), { key: second });
  assertEquals(book.user(alice), second);
  assertEquals(book.isChanged(alice), false);
  assertEquals(saved.at(-1)?.users, { [alice]: { key: second, name: "Alice" } });
  assertEquals(book.see(alice, second), "known");
  assertEquals(book.see(alice, first), "changed", "the old key is now the other one");
});

Deno.test("of several other keys the one that came last is the one to be trusted", () => {
  const { book } = setUp();
  book.see(alice, first);
  book.see(alice, second);
  book.see(alice, third);
  assertEquals(book.trust(alice), { key: third });
});

Deno.test("there is nothing to trust where nothing has changed", () => {
  const { saved, book } = setUp();
  assertEquals(book.trust(alice), undefined);
  book.see(alice, first);
  assertEquals(book.trust(alice), undefined);
  assertEquals(saved, []);
});

Deno.test("pins of earlier runs count from the start", () => {
  const pins: Pins = { servers: { [here]: first }, users: { [alice]: { key: second, name: "A" } } };
  const { book } = setUp(pins);
  assertEquals([book.server(here), book.server(alice)], [first, undefined]);
  assertEquals(book.user(alice), second);
  assertEquals([...book.pinnedUsers()], [[alice, { key: second, name: "A" }]]);
});

Deno.test("what is kept already is not written again", () => {
  const { saved, book } = setUp();
  book.see(alice, first);
  book.pin(alice, "Alice");
  book.pin(alice, "Alice");
  book.pinServer(here, second);
  book.pinServer(here, second);
  assertEquals(saved.length, 2);
  book.pin(alice, "Alice B.");
  assertEquals(saved.length, 3);
  assertEquals(saved.at(-1), {
    servers: { [here]: second },
    users: { [alice]: { key: first, name: "Alice B." } },
  });
});

Deno.test("a person without a known key cannot be pinned", () => {
  const { saved, book } = setUp();
  book.pin(bob, "Bob");
  assertEquals([saved, book.user(bob)], [[], undefined]);
});

Deno.test("an encryption key is pinned with the key, and another one, or none, is a changed key (D14)", () => {
  const { saved, book } = setUp();
  assertEquals(book.see(alice, first, second), "new");
  assertEquals([book.user(alice), book.keysOf(alice)], [first, { key: first, encryption: second }]);
  book.pin(alice, "Alice");
  const kept = { key: first, encryption: second, name: "Alice" };
  assertEquals(saved, [{ servers: {}, users: { [alice]: kept } }]);
  const next = setUp(saved[0]);
  assertEquals(next.book.see(alice, first, second), "known");
  assertEquals(next.book.see(alice, first), "changed");
  assertEquals(next.book.see(alice, first, third), "changed");
  assertEquals(next.book.keysOf(alice), kept);
  assertEquals(next.book.trust(alice), { key: first, encryption: third });
  assertEquals(next.saved.at(-1)?.users[alice], { ...kept, encryption: third });
  assertEquals(next.book.see(alice, first, third), "known");
});

Deno.test("whoever was pinned with one key is not encrypted to under another without being trusted", () => {
  const { book } = setUp({ ...nobody, users: { [alice]: { key: first, name: "Alice" } } });
  assertEquals(book.see(alice, first, second), "changed");
  assertEquals(encryptionKey(book.keysOf(alice) ?? { key: third }), first);
  assertEquals(book.see(alice, first, first), "known", "the same key twice is one key");
});
