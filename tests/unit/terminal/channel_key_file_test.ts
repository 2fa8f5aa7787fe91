import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { channelKeyOf } from "../../../lib/e2ee/channel_key.ts";
import { Keyring } from "../../../lib/e2ee/keyring.ts";
import { StoreError } from "../../../lib/store/port.ts";
import { openChannelKeys } from "../../../lib/terminal/channel_key_file.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";

const crypto = new FakeCrypto(6);

async function inFolder(play: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await play(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a new profile has no key of the channel, and no file for them", () =>
  inFolder(async (folder) => {
    const { keyring } = await openChannelKeys(folder, crypto);
    assertEquals(keyring.current, undefined);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("keys that were kept are there again, the one in use first, for their owner only", () =>
  inFolder(async (folder) => {
    const keyring = new Keyring();
    // Far from each other, and from the beginning: older ones were pushed out.
    for (const epoch of [1_200, 1_800, 2_700]) {
      keyring.take(await channelKeyOf(crypto, epoch, await crypto.generateKeyPair()));
    }
    await (await openChannelKeys(folder, crypto)).save(keyring);
    const again = await openChannelKeys(folder, crypto);
    assertEquals(again.keyring.all().map(({ epoch }) => epoch), [2_700, 1_800, 1_200]);
    assertEquals(again.keyring.current?.channelPub, keyring.current?.channelPub);
    const { mode } = Deno.statSync(`${folder}/channel-keys.json`);
    assertEquals((mode ?? 0) & 0o777, 0o600);
  }));

for (const text of ["[", '[{"epoch":0,"pkcs8":"QQ"}]', '[{"epoch":1,"pkcs8":"SECRET"}]', "{}"]) {
  Deno.test(`a damaged file is said to be that, and nothing of it is printed: ${text}`, () =>
    inFolder(async (folder) => {
      const path = `${folder}/channel-keys.json`;
      Deno.writeTextFileSync(path, text, { mode: 0o600 });
      const error = await assertRejects(() => openChannelKeys(folder, crypto), StoreError);
      assert(error.message.startsWith(`${path} is damaged (`), error.message);
      assertFalse(error.message.includes("SECRET"));
    }));
}
