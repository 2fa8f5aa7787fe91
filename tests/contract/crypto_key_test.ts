import { WebCrypto } from "../../lib/crypto/webcrypto.ts";
import { makeOpenSsl, testWithOpenSsl } from "../support/openssl.ts";
import { keyContract } from "./crypto_key_contract.ts";

keyContract("webcrypto", () => new WebCrypto(), (name, fn) => Deno.test(name, fn));
keyContract("openssl", () => makeOpenSsl(), testWithOpenSsl);
