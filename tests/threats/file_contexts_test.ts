import { assertEquals } from "@std/assert";
import { seal } from "../../lib/e2ee/seal.ts";
import { encodeBase64url } from "../../lib/protocol/base64url.ts";
import { directSigningInput } from "../../lib/protocol/signing_input.ts";
import { offerTo } from "../support/file_scenes.ts";
import { sha256, someBytes } from "../support/memory_files.ts";
import { RawSender } from "../support/raw_sender.ts";
import { scene } from "../support/world.ts";

scene("8: what goes to everybody is no piece of what goes to one", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const mallory = await RawSender.enters(world, "mallory", london, bob);
  const bytes = someBytes(1000);
  await mallory.offers(bytes);
  const offer = offerTo(bob);
  bob.client.accept(offer);
  await world.settle();
  const { user } = mallory;
  const ciphertext = await seal(world.crypto, bob.keys.publicKey, bytes);
  const ts = world.clock.now() + 10;
  const input = directSigningInput({ ciphertext, from: user.id, to: "public", ts });
  const content_sig = encodeBase64url(await world.crypto.sign(user.keys.privateKey, input));
  const payload = { file_id: "f", index: 0, ciphertext, pass: 0, content_sig };
  await user.sends(JSON.stringify(user.frame("FILE_CHUNK", "public", payload, ts)));
  assertEquals([offer.state, bob.landing.last.pieces], ["running", []]);
});

scene("8: an offer that is not signed, of a client that signs, is not shown", async (world) => {
  const london = await world.server("london");
  const bob = await world.person("bob", london);
  const { user } = await RawSender.enters(world, "mallory", london, bob);
  const digest = encodeBase64url(sha256(someBytes(10)));
  const manifest = { file_id: "f", name: "a.bin", size: 10, sha256: digest, mode: "dm" };
  await user.sends(JSON.stringify(user.frame("FILE_START", bob.id, manifest)));
  assertEquals(bob.client.transfers(), []);
  assertEquals(bob.of("refused").map(({ reason }) => reason), [
    "an offer of a file: it is not signed",
  ]);
});
