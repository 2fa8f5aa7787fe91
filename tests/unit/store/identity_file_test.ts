import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import type { PrivateKey } from "../../../lib/crypto/port.ts";
import { WebCrypto } from "../../../lib/crypto/webcrypto.ts";
import { loadOrCreateKey, publicKeyPath } from "../../../lib/store/identity_file.ts";
import { StoreError } from "../../../lib/store/port.ts";
import keys from "../../support/keys.json" with { type: "json" };
import { testNeeding } from "../../support/permissions.ts";

/** Real keys, of which making one takes no time. */
class ReadyCrypto extends WebCrypto {
  made = 0;
  override generateKeyPair() {
    const pkcs8 = Uint8Array.fromBase64(keys.keys[this.made++]?.privateKey ?? "", {
      alphabet: "base64url",
    });
    return this.importPrivateKey(pkcs8);
  }
}

function test(
  name: string,
  check: (path: string, crypto: ReadyCrypto) => Promise<void>,
): void {
  testNeeding(["read", "write"], name, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      await check(join(folder, "server-key.pem"), new ReadyCrypto());
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

test("a key is made once and kept", async (path, crypto) => {
  const first = await loadOrCreateKey(path, crypto);
  const second = await loadOrCreateKey(path, crypto);
  assertEquals(crypto.made, 1);
  assertEquals(second.publicKey, first.publicKey);
  const data = new Uint8Array([1, 2, 3]);
  assert(await crypto.verify(first.publicKey, await crypto.sign(second.privateKey, data), data));
});

test("the private key is PEM that only its owner may read", async (path, crypto) => {
  await loadOrCreateKey(path, crypto);
  const lines = Deno.readTextFileSync(path).split("\n");
  assertEquals(lines[0], "-----BEGIN PRIVATE KEY-----");
  assertEquals(lines.at(-2), "-----END PRIVATE KEY-----");
  assert(lines.every((line) => line.length <= 64));
  if (Deno.build.os === "windows") return;
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
});

test("the public key lies beside it as bootstrap.yaml takes it", async (path, crypto) => {
  const { publicKey } = await loadOrCreateKey(path, crypto);
  assertEquals(Deno.readTextFileSync(publicKeyPath(path)), `${publicKey}\n`);
  Deno.writeTextFileSync(publicKeyPath(path), "something else");
  await loadOrCreateKey(path, crypto);
  assertEquals(Deno.readTextFileSync(publicKeyPath(path)), `${publicKey}\n`);
});

const DAMAGE: Record<string, (text: string) => string> = {
  "empty": () => "",
  "cut short": (text) => text.slice(0, 1000),
  "without its last line of base64": (text) => text.replace(/[^\n]+\n(?=-----END)/, ""),
  "with a letter changed inside": (text) => {
    const at = 1500;
    return text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
  },
  "no base64": (text) => text.replace(/MII/, "M=I"),
  "of another kind": (text) => text.replaceAll("PRIVATE KEY", "RSA PRIVATE KEY"),
};
for (const [damage, harm] of Object.entries(DAMAGE)) {
  test(
    `a key file that is ${damage} is reported by name and never replaced`,
    async (path, crypto) => {
      await loadOrCreateKey(path, crypto);
      const damaged = harm(Deno.readTextFileSync(path));
      Deno.writeTextFileSync(path, damaged);
      await assertRejects(
        () => loadOrCreateKey(path, crypto),
        StoreError,
        `${path} holds no usable key`,
      );
      assertEquals(Deno.readTextFileSync(path), damaged);
      assertEquals(crypto.made, 1);
    },
  );
}

test("a key file that others may read is refused", async (path, crypto) => {
  if (Deno.build.os === "windows") return;
  await loadOrCreateKey(path, crypto);
  Deno.chmodSync(path, 0o644);
  await assertRejects(() => loadOrCreateKey(path, crypto), StoreError, "chmod 600");
});

test("the key's bytes are wiped when the backend has them, or has given them out", async (path) => {
  const passed: Uint8Array[] = [];
  class Watching extends ReadyCrypto {
    override importPrivateKey(pkcs8: Uint8Array) {
      passed.push(pkcs8);
      return super.importPrivateKey(pkcs8);
    }
    override async exportPrivateKey(key: PrivateKey) {
      const pkcs8 = await super.exportPrivateKey(key);
      passed.push(pkcs8);
      return pkcs8;
    }
  }
  const crypto = new Watching();
  await loadOrCreateKey(path, crypto);
  await loadOrCreateKey(path, crypto);
  const [, ...ours] = passed; // The first are of ReadyCrypto.
  assertEquals(ours.map((bytes) => bytes.every((byte) => byte === 0)), [true, true]);
});
