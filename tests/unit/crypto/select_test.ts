import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { CryptoPort } from "../../../lib/crypto/port.ts";
import {
  type OpenedCrypto,
  OpenSslUnavailableError,
  selectCrypto,
  type Surroundings,
} from "../../../lib/crypto/select.ts";
import { WebCrypto } from "../../../lib/crypto/webcrypto.ts";
import { testWithOpenSsl } from "../../support/openssl.ts";

const right = new WebCrypto();

/** A library that does what Web Crypto does, but for what is replaced. */
class Doctored {
  closed = 0;
  readonly crypto: CryptoPort;

  constructor(replaced: Partial<CryptoPort> = {}) {
    this.crypto = {
      generateKeyPair: () => right.generateKeyPair(),
      importPrivateKey: (pkcs8) => right.importPrivateKey(pkcs8),
      exportPrivateKey: (key) => right.exportPrivateKey(key),
      sign: (key, data) => right.sign(key, data),
      verify: (key, signature, data) => right.verify(key, signature, data),
      encrypt: (key, block) => right.encrypt(key, block),
      decrypt: (key, block) => right.decrypt(key, block),
      sha256: (data) => right.sha256(data),
      ...replaced,
    };
  }

  opened(): OpenedCrypto {
    const close = () => Promise.resolve(void this.closed++);
    return { crypto: this.crypto, backend: "OpenSSL 3.9.9", close };
  }
}

/** A machine where some libraries are, and may be opened. */
function machine(libraries: Record<string, Doctored>, mayOpen = (_path: string) => true) {
  const open = (path: string) => {
    const library = libraries[path];
    if (library === undefined) throw new Error("no such file");
    return library.opened();
  };
  return { paths: ["/a/libcrypto.so.3", "/b/libcrypto.so.3"], mayOpen, open };
}

/** What was chosen, and what was logged. */
async function chosen(surroundings: Surroundings, choice: "auto" | "openssl" = "auto") {
  const lines: string[] = [];
  const opened = await selectCrypto(choice, (level, line) => {
    lines.push(`${level}: ${line}`);
  }, surroundings);
  return { ...opened, lines };
}

Deno.test("OpenSSL is taken where it is first found, and that is said to who asks for details", async () => {
  const library = new Doctored();
  const { crypto, backend, lines } = await chosen(machine({ "/b/libcrypto.so.3": library }));
  assertEquals([crypto, backend], [library.crypto, "OpenSSL 3.9.9"]);
  assertEquals(lines, ["debug: RSA is done by OpenSSL 3.9.9"]);
  assertEquals(library.closed, 0);
});

Deno.test("without the permission nothing is opened, and one line says how to give it", async () => {
  const library = new Doctored();
  const { backend, lines } = await chosen(machine({ "/a/libcrypto.so.3": library }, () => false));
  assertEquals([backend, lines.length], ["Web Crypto", 1]);
  assertStringIncludes(lines[0] ?? "", "--allow-ffi=/a/libcrypto.so.3,/b/libcrypto.so.3");
});

Deno.test("a library that may not be called is passed over for one that may", async () => {
  const [forbidden, allowed] = [new Doctored(), new Doctored()];
  const libraries = { "/a/libcrypto.so.3": forbidden, "/b/libcrypto.so.3": allowed };
  const { crypto } = await chosen(machine(libraries, (path) => path.startsWith("/b")));
  assertEquals(crypto, allowed.crypto);
});

Deno.test("without the library one line says to install it", async () => {
  const { backend, lines } = await chosen(machine({}));
  assertEquals([backend, lines.length], ["Web Crypto", 1]);
  assertStringIncludes(lines[0] ?? "", "info: ");
  assertStringIncludes(lines[0] ?? "", "install OpenSSL 3");
});

/** What Deno says of a file that is no library, of a library that is none of OpenSSL, and what we say of OpenSSL 4. */
const UNUSABLE = [
  "Could not open library: /a/libcrypto.so.3: file too short",
  "Failed to register symbol EVP_sha256: undefined symbol: EVP_sha256",
  "expected OpenSSL 3, got 4.0.0, at /a/libcrypto.so.3",
];
for (const message of UNUSABLE) {
  Deno.test(`a library that is there and no use is named, with the reason: ${message}`, async () => {
    const surroundings = { ...machine({}), open: () => fail(`${message}\nsecond line`) };
    const { backend, lines } = await chosen(surroundings);
    assertEquals([backend, lines.length], ["Web Crypto", 1]);
    assertStringIncludes(lines[0] ?? "", `warn: `);
    assertStringIncludes(lines[0] ?? "", `/a/libcrypto.so.3 cannot be used (${message})`);
    assert(!lines[0]?.includes("install OpenSSL 3"));
    await assertRejects(() => chosen(surroundings, "openssl"), OpenSslUnavailableError, message);
  });
}

Deno.test("a library that is there and no use is not spoken of where another is taken", async () => {
  const sound = new Doctored();
  const open = (path: string) => path.startsWith("/b") ? sound.opened() : fail("file too short");
  const { crypto, lines } = await chosen({ ...machine({}), open });
  assertEquals([crypto, lines], [sound.crypto, ["debug: RSA is done by OpenSSL 3.9.9"]]);
});

function fail(message: string): never {
  throw new Error(message);
}

Deno.test("on a system without usual places Web Crypto is taken", async () => {
  const { backend, lines } = await chosen({ ...machine({}), paths: [] });
  assertEquals([backend, lines.length], ["Web Crypto", 1]);
});

Deno.test("Web Crypto is taken without a word where it is asked for", async () => {
  const lines: string[] = [];
  const { backend } = await selectCrypto("webcrypto", (_, line) => void lines.push(line));
  assertEquals([backend, lines], ["Web Crypto", []]);
});

const FAULTS: Record<string, [Partial<CryptoPort>, string]> = {
  "hashes wrongly": [{ sha256: () => right.sha256(new Uint8Array(1)) }, "hashes wrongly"],
  "verifies everything": [{ verify: () => Promise.resolve(true) }, "signature of something else"],
  "verifies nothing": [{ verify: () => Promise.resolve(false) }, "refuses a published signature"],
  "decrypts to something else": [
    { decrypt: () => Promise.resolve(new Uint8Array(4)) },
    "does not decrypt a published block",
  ],
  "opens what is damaged": [
    { decrypt: async (key, block) => await right.decrypt(key, block) ?? new Uint8Array(1) },
    "decrypts a block with wrong padding",
  ],
  "signs something else": [
    { sign: (key) => right.sign(key, new Uint8Array(3)) },
    "do not agree on its signatures",
  ],
  "encrypts something else": [
    { encrypt: (key) => right.encrypt(key, new Uint8Array(3)) },
    "does not decrypt what it encrypted",
  ],
  throws: [{ sign: () => Promise.reject(new TypeError("out of order")) }, "out of order"],
};
for (const [fault, [replaced, reason]] of Object.entries(FAULTS)) {
  Deno.test(`a library that ${fault} is not taken, and a warning says why`, async () => {
    const library = new Doctored(replaced);
    const { backend, lines } = await chosen(machine({ "/a/libcrypto.so.3": library }));
    assertEquals([backend, lines.length, library.closed], ["Web Crypto", 1, 1]);
    assertStringIncludes(lines[0] ?? "", "warn: ");
    assertStringIncludes(lines[0] ?? "", reason);
    assertStringIncludes(lines[0] ?? "", "/a/libcrypto.so.3");
  });
}

Deno.test("after a library that fails its self-test the next one is tried", async () => {
  const [broken, sound] = [new Doctored({ verify: () => Promise.resolve(true) }), new Doctored()];
  const { crypto } = await chosen(
    machine({ "/a/libcrypto.so.3": broken, "/b/libcrypto.so.3": sound }),
  );
  assertEquals([crypto, broken.closed], [sound.crypto, 1]);
});

Deno.test("OpenSSL that is asked for and cannot be had is an error of one line", async () => {
  const broken = new Doctored({ verify: () => Promise.resolve(true) });
  for (
    const surroundings of [
      machine({}),
      machine({}, () => false),
      { ...machine({}), paths: [] },
      machine({ "/a/libcrypto.so.3": broken }),
    ]
  ) {
    const error = await assertRejects(
      () => chosen(surroundings, "openssl"),
      OpenSslUnavailableError,
      "--crypto openssl: ",
    );
    assert(!error.message.includes("\n"));
  }
});

testWithOpenSsl("OpenSSL may be closed twice, one after the other and at once", async () => {
  const { backend, close } = await selectCrypto("openssl", () => {});
  assertStringIncludes(backend, "OpenSSL 3.");
  await Promise.all([close(), close()]);
  await close();
});
