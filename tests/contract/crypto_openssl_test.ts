import { WebCrypto } from "../../lib/crypto/webcrypto.ts";
import { makeOpenSsl, testWithOpenSsl } from "../support/openssl.ts";
import { cryptoContract, cryptoPairContract, rsaContract, testPairs } from "./crypto_contract.ts";

cryptoContract("openssl", () => makeOpenSsl(), testPairs, testWithOpenSsl);
rsaContract("openssl", makeOpenSsl, testWithOpenSsl);
cryptoPairContract("openssl", makeOpenSsl, "openssl", makeOpenSsl, testWithOpenSsl);
cryptoPairContract("openssl", makeOpenSsl, "webcrypto", () => new WebCrypto(), testWithOpenSsl);
