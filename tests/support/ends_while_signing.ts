/**
 * A program that ends while OpenSSL signs on fifty threads, in the way that its second argument says; the first
 * is libcrypto's path. It prints how many signatures there were that verify.
 *
 * @module
 */

import { Libcrypto } from "../../lib/crypto/libcrypto.ts";
import { OpenSsl } from "../../lib/crypto/openssl.ts";
import { OpenSslCalls } from "../../lib/crypto/openssl_calls.ts";
import { bytesOf, utf8 } from "./binary.ts";
import keys from "./keys.json" with { type: "json" };

const SIGNATURES = 50;

const [path = "", way] = Deno.args;
const library = new Libcrypto(path);
const crypto = new OpenSsl(library, { lanes: SIGNATURES });
const [key] = keys.keys;
const { publicKey, privateKey } = await crypto.importPrivateKey(bytesOf(key?.privateKey ?? ""));

const { gc } = globalThis as unknown as { gc: () => void };
const turn = () => new Promise<false>((resolve) => setTimeout(() => resolve(false)));

let good = 0;
const signing = Array.from({ length: SIGNATURES }, async (_, i) => {
  const text = utf8(`text ${i}`);
  if (await crypto.verify(publicKey, await crypto.sign(privateKey, text), text)) good += 1;
});

switch (way) {
  case "exit": // nobody waits for anything
    await Promise.race(signing);
    console.log("under way");
    Deno.exit(0);
    break;
  case "close":
    await crypto.close();
    library.close();
    console.log(good);
    Deno.exit(0);
    break;
  case "collect": { // the garbage collector runs all the time
    const all = Promise.all(signing).then(() => true);
    let garbage = new Uint8Array();
    while (!await Promise.race([all, turn()])) {
      gc();
      garbage = new Uint8Array(512 + garbage.length % 4096).fill(0xff);
    }
    console.log(good);
    break;
  }
  case "forget": { // a buffer that nobody remembers but the calls that are under way
    const calls = new OpenSslCalls(1);
    const { promise, resolve } = Promise.withResolvers<number>();
    const begin = () => {
      const buffer = new Uint8Array(512);
      return [new WeakRef(buffer), calls.onThread([buffer], () => promise)] as const;
    };
    const [buffer, call] = begin();
    await turn();
    gc();
    const isKept = buffer.deref() !== undefined;
    resolve(1);
    await call;
    await turn();
    gc();
    console.log(isKept, buffer.deref() !== undefined);
    await Promise.all(signing);
    break;
  }
  default: // the event loop runs dry
    await Promise.all(signing);
    console.log(good);
}
