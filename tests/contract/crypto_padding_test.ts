import { WebCrypto } from "../../lib/crypto/webcrypto.ts";
import { makeOpenSsl, testWithOpenSsl } from "../support/openssl.ts";
import { paddingContract } from "./crypto_padding_contract.ts";

paddingContract("webcrypto", () => new WebCrypto(), (name, fn) => Deno.test(name, fn));
paddingContract("openssl", () => makeOpenSsl(), testWithOpenSsl);
