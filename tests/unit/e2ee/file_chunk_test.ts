import { assertEquals } from "@std/assert";
import { Lanes } from "../../../lib/base/lanes.ts";
import {
  CHUNK_BYTES,
  chunkCount,
  chunkLength,
  fitsLength,
  inLanes,
  openChunk,
} from "../../../lib/e2ee/file_chunk.ts";
import { seal } from "../../../lib/e2ee/seal.ts";
import { encodeBase64url } from "../../../lib/protocol/base64url.ts";
import { FakeCrypto } from "../../support/fake_crypto.ts";
import { someBytes } from "../../support/memory_files.ts";

const crypto = new FakeCrypto(1);
const cipher = inLanes(crypto, new Lanes(4));

Deno.test("the lengths of a file's chunks add up to its size, and all are full but the last", () => {
  for (const size of [0, 1, 446, 447, 14_271, 14_272, 14_273, 5_000_000]) {
    const lengths = Array.from({ length: chunkCount(size) }, (_, i) => chunkLength(size, i));
    assertEquals(lengths.reduce((sum, length) => sum + length, 0), size);
    assertEquals(lengths.slice(0, -1).every((length) => length === CHUNK_BYTES), true);
    assertEquals(lengths.every((length) => length > 0), true);
  }
});

Deno.test("a chunk is opened with the key that opens it", async () => {
  const pair = await crypto.generateKeyPair();
  const other = await crypto.generateKeyPair();
  const bytes = someBytes(CHUNK_BYTES);
  const ciphertext = await seal(cipher, pair.publicKey, bytes);
  const keys = [other.privateKey, pair.privateKey];
  assertEquals(await openChunk(cipher, keys, ciphertext, bytes.length), { bytes, sound: true });
});

Deno.test("what cannot be opened, or has another length, gives as many zeros as were expected", async () => {
  const pair = await crypto.generateKeyPair();
  const zeros = { bytes: new Uint8Array(1000), sound: false };
  const short = await seal(crypto, pair.publicKey, someBytes(999));
  const nonsense = encodeBase64url(someBytes(3 * 512));
  for (const ciphertext of [short, nonsense, "", "AA"]) {
    assertEquals(await openChunk(cipher, [pair.privateKey], ciphertext, 1000), zeros);
  }
});

Deno.test("the number of blocks tells how long a plaintext may be, without a key", () => {
  const blocks = (count: number) => encodeBase64url(new Uint8Array(count * 512));
  assertEquals([1, 446].map((length) => fitsLength(blocks(1), length)), [true, true]);
  assertEquals([447, 893].map((length) => fitsLength(blocks(1), length)), [false, false]);
  assertEquals(fitsLength(blocks(32), CHUNK_BYTES), true);
  assertEquals(fitsLength("AA", 1), false);
});

Deno.test("no more RSA operations are under way than there are lanes", async () => {
  let now = 0;
  let most = 0;
  const slow = {
    encrypt: async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      return new Uint8Array(512);
    },
  };
  const { publicKey } = await crypto.generateKeyPair();
  await seal(
    inLanes(Object.assign(new FakeCrypto(2), slow), new Lanes(4)),
    publicKey,
    someBytes(CHUNK_BYTES),
  );
  assertEquals(most, 4);
});
