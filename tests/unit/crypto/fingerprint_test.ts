import { assertEquals, assertMatch } from "@std/assert";
import { fingerprint } from "../../../lib/crypto/fingerprint.ts";
import { parsePublicKey } from "../../../lib/crypto/public_key.ts";
import { WebCrypto } from "../../../lib/crypto/webcrypto.ts";
import vectors from "../../vectors/python.json" with { type: "json" };

Deno.test("a fingerprint is the SHA-256 of the key's DER", async () => {
  const key = parsePublicKey(vectors.keys.alice.spki_der_b64url);
  const printed = await fingerprint(new WebCrypto(), key);
  assertMatch(printed, /^SHA256:[A-Za-z0-9_-]{43}$/);
  // openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64
  assertEquals(printed, "SHA256:CpcoL5tRtc-ORsE2A_fZ3Exf572DeXhDhOqe3oM3RKI");
});

Deno.test("both forms of a key have one fingerprint", async () => {
  const crypto = new WebCrypto();
  const { spki_der_b64url, spki_pem_b64url } = vectors.keys.bob;
  assertEquals(
    await fingerprint(crypto, parsePublicKey(spki_pem_b64url)),
    await fingerprint(crypto, parsePublicKey(spki_der_b64url)),
  );
});
