import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { openDirect } from "../../lib/client/direct_message.ts";
import { fingerprint } from "../../lib/crypto/fingerprint.ts";
import type { KeyPair } from "../../lib/crypto/port.ts";
import { RawHome } from "../support/raw_home.ts";
import { scene, type World } from "../support/world.ts";

/** Alice at a home that a test plays, and bob with a key to sign with and one to encrypt to (D14). */
async function setUp(world: World) {
  const home = await RawHome.open(world);
  const [alice, bob] = [await world.stranger("alice"), await world.stranger("bob")];
  const [encryption, other] = [await newKeys(world), await newKeys(world)];
  await alice.enters(home);
  return { home, alice, bob, encryption, other };
}

function newKeys(world: World): Promise<KeyPair> {
  return world.crypto.generateKeyPair();
}

scene("a message is encrypted to the encryption key of whoever has one (D14)", async (world) => {
  const london = await world.server("london");
  const alice = await world.person("alice", london);
  const bob = await world.rawUser("bob", london);
  const encryption = await newKeys(world);
  await bob.sends(bob.hello({ enc_pubkey: encryption.publicKey }));
  const { state } = await alice.says("for your eyes only", bob);
  const ciphertext = `${bob.of("USER_DELIVER")[0]?.payload["ciphertext"]}`;
  const open = (keys: KeyPair) => openDirect(world.crypto, keys.privateKey, ciphertext);
  assertEquals(
    [state, await open(encryption), await open(bob.keys)],
    ["taken", "for your eyes only", undefined],
  );
  await bob.sends(await bob.direct(alice, "got it"));
  assertEquals(alice.heard, ["bob: got it"], "signatures verify under the other key");
});

scene("another encryption key under the same key is a changed key (THREATS 6)", async (world) => {
  const { home, alice, bob, encryption, other } = await setUp(world);
  await home.welcomes(alice, { ...bob, meta: { enc_pubkey: encryption.publicKey } });
  await alice.says("hi", bob);
  for (const meta of [{ enc_pubkey: other.publicKey }, {}]) {
    await home.tellsOf(bob, meta);
    const blocked = await alice.says("are you still you?", bob);
    assertEquals([blocked.state, blocked.keyBlocked], ["failed", true]);
    const { known, offered } = alice.of("keyChanged").at(-1) ?? {};
    assertStringIncludes(known ?? "", await fingerprint(world.crypto, encryption.publicKey));
    assertNotEquals(known, offered);
  }
  await home.tellsOf(bob, { enc_pubkey: other.publicKey });
  const trusted = alice.client.trust(bob.id);
  await world.settle();
  assertStringIncludes(`${await trusted}`, await fingerprint(world.crypto, other.publicKey));
  const sent = await alice.says("welcome", bob);
  assertEquals(sent.state, "sending", "it has left");
  const { payload } = home.server.of("MSG_DIRECT").at(-1) ?? {};
  const opened = await openDirect(world.crypto, other.privateKey, `${payload?.["ciphertext"]}`);
  assertEquals(opened, "welcome");
});

scene("whoever is advertised with a bad encryption key is not there", async (world) => {
  const { home, alice, bob } = await setUp(world);
  await home.welcomes(alice, { ...bob, meta: { enc_pubkey: "QUJD" } });
  assertEquals(alice.sees, []);
  assert(alice.log.some(({ fields }) => fields["code"] === "BAD_KEY"));
});
