import { assertEquals } from "@std/assert";
import type { PublicKey } from "../../../lib/crypto/public_key.ts";
import { Ingress } from "../../../lib/link/ingress.ts";
import { Verifications } from "../../../lib/link/verifications.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import { BLOCK, PAYLOADS } from "../protocol/examples.ts";
import { settled } from "./recording_transport.ts";
import { Cast, ScriptedHost } from "./scripted_host.ts";

/** A backend each of whose verifications ends when a test says so. */
class SlowCrypto extends FakeCrypto {
  readonly underWay: (() => void)[] = [];
  begun = 0;

  override async verify(key: PublicKey, signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    this.begun += 1;
    await new Promise<void>((resolve) => void this.underWay.push(resolve));
    return await super.verify(key, signature, data);
  }

  /** So many verifications end, one after the other. */
  async ends(count = 1): Promise<void> {
    for (; count > 0; count--) {
      this.underWay.shift()?.();
      await settled();
    }
  }
}

/** Links that share their verifications, of which so many run at once. */
async function links(count: number, lanes = 1) {
  const crypto = new SlowCrypto(1);
  const cast = await Cast.of(crypto);
  const shared = new Verifications<number>(crypto, lanes);
  const made = Array.from({ length: count }, (_, link) => {
    const host = new ScriptedHost(cast.server.publicKey);
    return { host, ingress: new Ingress(shared.of(link), host, host) };
  });
  const garbage = await cast.frame("USER_REMOVE", PAYLOADS.USER_REMOVE, { sig: BLOCK });
  return { crypto, cast, links: made, garbage };
}

Deno.test("only so many signatures are checked at once, however many links have some", async () => {
  const { crypto, links: made, cast } = await links(6, 2);
  for (const [i, { ingress }] of made.entries()) {
    ingress.receive(await cast.frame("USER_REMOVE", { ...PAYLOADS.USER_REMOVE, i }));
  }
  await settled();
  assertEquals(crypto.begun, 2);
  await crypto.ends();
  assertEquals(crypto.begun, 3);
  await crypto.ends(5);
  assertEquals(made.map(({ host }) => host.accepted.length), [1, 1, 1, 1, 1, 1]);
});

Deno.test("a thousand garbage frames of one link delay another's frame by one check", async () => {
  const { crypto, cast, links: [mallory, alice], garbage } = await links(2);
  for (let i = 0; i < 1_000; i++) mallory?.ingress.receive(garbage);
  await settled();
  alice?.ingress.receive(await cast.frame("HEARTBEAT"));
  await settled();
  await crypto.ends(2);
  assertEquals(alice?.host.accepted.length, 1);
  assertEquals(mallory?.host.refusals.length, 1);
});

Deno.test("a frame of a link that has ended is not checked any more when its turn comes", async () => {
  const { crypto, cast, links: [one, other] } = await links(2);
  one?.ingress.receive(await cast.frame("HEARTBEAT"));
  await settled();
  other?.ingress.receive(await cast.frame("HEARTBEAT"));
  await settled();
  other?.ingress.stop();
  await crypto.ends();
  assertEquals([crypto.begun, one?.host.accepted.length], [1, 1]);
  assertEquals(other?.host.told.filter((told) => told !== "signerOf"), []);
});

Deno.test("a copy that comes by another link meanwhile is not checked: it is the second", async () => {
  const { crypto, cast, links: made } = await links(3, 4);
  const known = new Set<string>();
  for (const { host } of made) {
    host.seen = (_message, frameId) => known.has(frameId);
    host.onAccept = ({ frameId }) => void known.add(frameId);
  }
  const text = await cast.frame("USER_REMOVE");
  for (const { ingress } of made) ingress.receive(text);
  await settled();
  assertEquals(crypto.begun, 1);
  await crypto.ends();
  assertEquals(crypto.begun, 1);
  const told = made.map(({ host }) => host.told.at(-1));
  assertEquals(told, ["accept USER_REMOVE", "duplicate USER_REMOVE", "duplicate USER_REMOVE"]);
});

Deno.test("a forged copy that comes first does not keep the true one out", async () => {
  const { crypto, cast, links: [mallory, alice], garbage } = await links(2, 4);
  mallory?.ingress.receive(garbage);
  await settled();
  alice?.ingress.receive(await cast.frame("USER_REMOVE"));
  await settled();
  assertEquals(crypto.begun, 1, "they have the same name");
  await crypto.ends(2);
  assertEquals(mallory?.host.told.at(-1), "refuse INVALID_SIG");
  assertEquals(alice?.host.told.at(-1), "accept USER_REMOVE");
});

Deno.test("what would be refused whatever its signatures say is refused before they are checked", async () => {
  const { crypto, cast, links: [one] } = await links(1);
  Object.assign(one?.host ?? {}, {
    foresee: () => {
      throw new ProtocolError("USER_NOT_FOUND", "nobody of that name");
    },
  });
  one?.ingress.receive(await cast.frame("USER_REMOVE"));
  await settled();
  assertEquals([one?.host.told.at(-1), crypto.begun], ["refuse USER_NOT_FOUND", 0]);
});
