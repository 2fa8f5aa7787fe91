import { assertEquals } from "@std/assert";
import { TaskChain } from "../../../lib/base/task_chain.ts";
import { KeyBook } from "../../../lib/client/key_book.ts";
import { Reception } from "../../../lib/client/reception.ts";
import { Roster } from "../../../lib/client/roster.ts";
import type { VerifiedOf } from "../../../lib/link/verified.ts";
import { readEnvelope, readPayload } from "../../../lib/protocol/envelope.ts";
import { toId } from "../../../lib/protocol/ids.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { ALICE, BOB, exampleText, THERE } from "../protocol/examples.ts";

Deno.test("an advertised key is known at once: a message may be right behind it", async () => {
  const crypto = new FakeCrypto(1);
  const keys = await crypto.generateKeyPair();
  const { publicKey } = await crypto.generateKeyPair();
  const keyBook = new KeyBook({ servers: {}, users: {} }, () => {});
  const reception = new Reception({
    userId: toId(ALICE),
    keys,
    keyBook,
    crypto,
    clock: new VirtualClock(),
    roster: new Roster(),
    initial: () => false,
    heard: () => {},
    emit: () => {},
  }, new TaskChain(() => {}));
  const payload = { user_id: BOB, server_id: THERE, meta: { pubkey: publicKey } };
  const advert = readPayload(readEnvelope(exampleText("USER_ADVERTISE", { payload })));
  // As the ingress would have marked it.
  reception.advertised(advert as VerifiedOf<"USER_ADVERTISE">);
  assertEquals(keyBook.user(toId(BOB)), publicKey);
});
