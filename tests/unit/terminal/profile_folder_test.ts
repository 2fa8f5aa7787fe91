import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { systemEntropy } from "../../../lib/crypto/entropy.ts";
import { parsePublicKey } from "../../../lib/crypto/public_key.ts";
import { WebCrypto } from "../../../lib/crypto/webcrypto.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import { StoreError } from "../../../lib/store/port.ts";
import {
  openProfile,
  type ProfileWishes,
  readHistory,
  writeHistory,
} from "../../../lib/terminal/profile_folder.ts";
import keys from "../../support/keys.json" with { type: "json" };
import { testNeeding } from "../../support/permissions.ts";
import { Seeded } from "../../support/seeded.ts";

const ID = toId("81b637d8-fcd2-46da-a359-e6963113a117");
const BOB = toId("92c748e9-0de3-47eb-b46a-f7a74224b228");
const SERVER = toId("a3d859fa-1ef4-48fc-857b-a8b85335c339");
const KEYS = keys.keys.map(({ publicKey }) => parsePublicKey(publicKey));

/** Real keys, of which making one takes no time. */
class ReadyCrypto extends WebCrypto {
  made = 0;
  override generateKeyPair() {
    const { privateKey = "" } = keys.keys[this.made++] ?? {};
    return this.importPrivateKey(Uint8Array.fromBase64(privateKey, { alphabet: "base64url" }));
  }
}

/** A profile's folder that is not there yet. */
class Folder {
  readonly crypto = new ReadyCrypto();
  readonly entropy = new Seeded(7);
  /** How often somebody was told that a key is being made. */
  told = 0;

  constructor(readonly path: string) {}

  open(wishes: Partial<ProfileWishes> = {}) {
    const all = { profileDir: this.path, name: undefined, userId: undefined, ...wishes };
    return openProfile(all, this.crypto, this.entropy, () => this.told++);
  }

  read(file: string): string {
    return Deno.readTextFileSync(join(this.path, file));
  }

  write(file: string, text: string): void {
    Deno.mkdirSync(this.path, { recursive: true });
    Deno.writeTextFileSync(join(this.path, file), text, { mode: 0o600 });
  }

  /** Every file with its text, and the file's permissions. */
  contents(): Record<string, string> {
    return Object.fromEntries(
      [...Deno.readDirSync(this.path)].map(({ name }) => [name, this.read(name)]),
    );
  }

  mode(file: string): number {
    return (Deno.statSync(join(this.path, file)).mode ?? 0) & 0o777;
  }
}

function test(name: string, check: (folder: Folder) => void | Promise<void>): void {
  testNeeding(["read", "write"], name, async () => {
    const parent = Deno.makeTempDirSync();
    try {
      await check(new Folder(join(parent, "client", "default")));
    } finally {
      Deno.removeSync(parent, { recursive: true });
    }
  });
}

test("the first use makes an id and a key, and says that this takes a while", async (folder) => {
  const { userId, name, keys } = await folder.open({ name: "alice" });
  assertEquals(userId, new Seeded(7).id());
  assertEquals([name, keys.publicKey, folder.told], ["alice", KEYS[0], 1]);
  assertEquals(JSON.parse(folder.read("profile.json")), { user_id: userId, name: "alice" });
  assertEquals(Object.keys(folder.contents()).sort(), ["key.pem", "key.pub", "profile.json"]);
});

test("later uses find the same id, key and name", async (folder) => {
  const first = await folder.open({ name: "alice" });
  const before = folder.contents();
  const second = await folder.open();
  assertEquals([second.userId, second.name], [first.userId, "alice"]);
  assertEquals(second.keys.publicKey, first.keys.publicKey);
  assertEquals([folder.crypto.made, folder.told], [1, 1]);
  assertEquals(folder.contents(), before);
});

test("a key that is there already is used", async (folder) => {
  const other = new Folder(`${folder.path}-other`);
  await other.open();
  folder.write("key.pem", other.read("key.pem"));
  const { keys } = await folder.open();
  assertEquals([keys.publicKey, folder.told], [KEYS[0], 0]);
});

test("no name is needed, and a new one replaces the old one", async (folder) => {
  const { userId, name } = await folder.open();
  assertEquals(name, undefined);
  assertEquals(JSON.parse(folder.read("profile.json")), { user_id: userId });
  assertEquals((await folder.open({ name: "alice" })).name, "alice");
  assertEquals((await folder.open({ name: "Alice B" })).name, "Alice B");
  const again = await folder.open();
  assertEquals([again.userId, again.name], [userId, "Alice B"]);
});

test("a user id that is asked for is used once and not kept", async (folder) => {
  const { userId } = await folder.open();
  assertEquals((await folder.open({ userId: ID, name: "alice" })).userId, ID);
  const again = await folder.open();
  assertEquals([again.userId, again.name], [userId, "alice"]);
});

test("pins of servers and people survive", async (folder) => {
  const [, bobKey, serverKey] = KEYS;
  assert(bobKey && serverKey);
  const { keyBook } = await folder.open();
  keyBook.pinServer(SERVER, serverKey);
  keyBook.see(BOB, bobKey);
  keyBook.pin(BOB, "b\x1bob");
  const later = (await folder.open()).keyBook;
  assertEquals(later.server(SERVER), serverKey);
  assertEquals(later.user(BOB), bobKey);
  assertEquals([...later.pinnedUsers()], [[BOB, { key: bobKey, name: "b\x1bob" }]]);
});

test("a key that was only seen is not kept", async (folder) => {
  const [, bobKey] = KEYS;
  assert(bobKey);
  const { keyBook } = await folder.open();
  keyBook.see(BOB, bobKey);
  assertEquals((await folder.open()).keyBook.user(BOB), undefined);
});

test("a changed key is trusted once and for all", async (folder) => {
  const [, one, other] = KEYS;
  assert(one && other);
  const { keyBook } = await folder.open();
  keyBook.see(BOB, one);
  keyBook.pin(BOB, undefined);
  const second = (await folder.open()).keyBook;
  assertEquals(second.see(BOB, other), "changed");
  assertEquals(second.trust(BOB), { key: other });
  const third = (await folder.open()).keyBook;
  assertEquals(third.user(BOB), other);
  assertEquals(third.see(BOB, other, one), "changed");
  third.trust(BOB);
  assertEquals((await folder.open()).keyBook.keysOf(BOB), { key: other, encryption: one });
});

test("nobody else may read what is in a profile", async (folder) => {
  const { keyBook } = await folder.open({ name: "alice" });
  const [, key] = KEYS;
  assert(key);
  keyBook.pinServer(SERVER, key);
  writeHistory(folder.path, ["/tell bob a secret"]);
  if (Deno.build.os === "windows") return;
  for (const file of ["profile.json", "pins.json", "key.pem", "history"]) {
    assertEquals([file, folder.mode(file)], [file, 0o600]);
  }
  assertEquals(folder.mode("."), 0o700);
});

for (
  const [file, text, said] of [
    ["profile.json", "{", /damaged/],
    ["profile.json", "null", /damaged/],
    ["profile.json", '{"name":"\x9b2J\u202E\x1b" }', /damaged/],
    ["profile.json", '{"name":"\x9b2J\u202E" x', /damaged/],
    ["profile.json", "{}", /user_id/],
    ["profile.json", '{"user_id":"alice"}', /damaged/],
    ["profile.json", `{"user_id":"${ID}","name":7}`, /damaged/],
    ["pins.json", "", /damaged/],
    ["pins.json", '{"servers":{}}', /users/],
    ["pins.json", `{"servers":{"${SERVER}":"short"},"users":{}}`, /damaged/],
    ["pins.json", `{"servers":{"london":"${KEYS[1]}"},"users":{}}`, /damaged/],
    ["pins.json", `{"servers":{},"users":{"${BOB}":{"name":"bob"}}}`, /key/],
    ["key.pem", "", /no usable key/],
    ["key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", /no usable key/],
  ] satisfies [string, string, RegExp][]
) {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  test(`a damaged ${file} is named and left as it is: ${JSON.stringify(shown)}`, async (folder) => {
    await folder.open({ name: "alice" });
    folder.write(file, text);
    const before = folder.contents();
    const error = await assertRejects(() => folder.open({ name: "bob" }), StoreError);
    assert(error.message.includes(join(folder.path, file)), error.message);
    assert(said.test(error.message), error.message);
    assert(!/[\p{Cc}\p{Bidi_Control}]/u.test(error.message), error.message);
    assertEquals(folder.contents(), before);
    assertEquals(folder.crypto.made, 1);
  });
}

test("a file that others may read is named, with what to do", async (folder) => {
  await folder.open();
  if (Deno.build.os === "windows") return;
  for (const file of ["profile.json", "key.pem"]) {
    Deno.chmodSync(join(folder.path, file), 0o644);
    const error = await assertRejects(() => folder.open(), StoreError);
    assert(error.message.includes(`chmod 600 ${join(folder.path, file)}`), error.message);
    Deno.chmodSync(join(folder.path, file), 0o600);
  }
});

test("the lines typed survive, line breaks and all", async (folder) => {
  assertEquals(readHistory(folder.path), []);
  await folder.open();
  writeHistory(folder.path, ["one", "two\nlines", "back\\slash"]);
  assertEquals(readHistory(folder.path), ["one", "two\nlines", "back\\slash"]);
  const many = Array.from({ length: 1500 }, (_, i) => `line ${i}`);
  writeHistory(folder.path, many);
  assertEquals(readHistory(folder.path), many.slice(-1000));
});

test("a history that cannot be kept says so", (folder) => {
  Deno.mkdirSync(join(folder.path, "history"), { recursive: true });
  const error = assertThrows(() => writeHistory(folder.path, ["one"]), StoreError);
  assert(error.message.includes("history"), error.message);
});

test("two profiles are two identities", async (folder) => {
  const work = new Folder(`${folder.path}-work`);
  const [one, other] = [
    await openProfile(
      { profileDir: folder.path, name: undefined, userId: undefined },
      folder.crypto,
      systemEntropy,
      () => {},
    ),
    await openProfile(
      { profileDir: work.path, name: undefined, userId: undefined },
      folder.crypto,
      systemEntropy,
      () => {},
    ),
  ];
  assert(one.userId !== other.userId);
  assert(one.keys.publicKey !== other.keys.publicKey);
});
