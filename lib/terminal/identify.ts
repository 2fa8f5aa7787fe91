/**
 * `client demo`: says hello to a running server as a user and as a server, and shows each step (§6, §8.1,
 * §9.1). A joiner that never announces itself leaves no trace, so nothing is changed there.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Entropy } from "../crypto/entropy.ts";
import { fingerprint } from "../crypto/fingerprint.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import { parsePublicKey } from "../crypto/public_key.ts";
import { FrameSealer } from "../link/frame_sealer.ts";
import { CLOSE, type Dial, type Transport } from "../link/transport.ts";
import { decodeBase64url } from "../protocol/base64url.ts";
import { frameText, type Message, readEnvelope, readPayload } from "../protocol/envelope.ts";
import { LinkError, ProtocolError } from "../protocol/errors.ts";
import type { Id } from "../protocol/ids.ts";
import { serversOf } from "../protocol/messages/bootstrap.ts";
import { payloadSigningInputs } from "../protocol/signing_input.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { visible } from "./visible.ts";

/** How long the server may take to answer, in ms. */
const ANSWER_MS = 10_000;

/** What the demo needs. */
export interface IdentifyParts {
  /** The server, `ws://` or `wss://`. */
  readonly url: string;
  /** What makes the demo's key, signs and verifies. */
  readonly crypto: CryptoPort;
  /** The ids that the demo goes by. */
  readonly entropy: Entropy;
  /** Opens one connection for each step. */
  readonly dial: Dial;
  /** Time stamps of frames, and how long an answer may take. */
  readonly clock: Clock;
  /** Takes one line of output. */
  print(line: string): void;
}

/**
 * Runs both identifications.
 *
 * @param parts What it needs.
 * @returns 0 if both succeeded, 3 if nobody listens, else 1.
 */
export async function identify(parts: IdentifyParts): Promise<ExitCode> {
  const { print, url, crypto, dial } = parts;
  print(`SOCP identifies whoever connects by the first message. Asking ${url}.`);
  try {
    // Before the key is made, which takes seconds: is anybody there?
    (await dial(url)).close(CLOSE.normal, "just looking");
    print("Making an RSA-4096 key for this demo …");
    const keys = await crypto.generateKeyPair();
    const user = await step(parts, "(1) as a User, with USER_HELLO", () => asUser(parts, keys));
    const server = await step(
      parts,
      "(2) as a Server, with SERVER_HELLO_JOIN",
      () => asServer(parts, keys),
    );
    print("");
    print(
      user && server ? "✓ both identifications succeeded" : "✗ not every identification succeeded",
    );
    return user && server ? EXIT.fine : EXIT.failed;
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    print(`✗ cannot connect to ${url}: ${visible(error.message)}`);
    print("  Start a server first: deno task server");
    return EXIT.cannotConnect;
  }
}

/** What went wrong in a step, for a person. */
class StepFailure extends Error {
  override readonly name = "StepFailure";
}

async function step(
  { print }: IdentifyParts,
  title: string,
  run: () => Promise<string>,
): Promise<boolean> {
  print("");
  print(title);
  try {
    print(`  ✓ ${await run()}`);
    return true;
  } catch (error) {
    if (!(error instanceof StepFailure) && !(error instanceof ProtocolError)) throw error;
    print(`  ✗ ${visible(error.message)}`);
    return false;
  }
}

async function asUser(parts: IdentifyParts, keys: KeyPair): Promise<string> {
  const from = parts.entropy.id();
  const key = keys.publicKey;
  const payload = { client: "socp-demo", pubkey: key, enc_pubkey: key, meta: {} };
  const hello = frameText({ type: "USER_HELLO", from, to: "*", ts: parts.clock.now(), payload });
  const answer = await ask(parts, hello);
  if (answer.type !== "ACK" || answer.payload.msg_ref !== "USER_HELLO") {
    throw new StepFailure(`expected ACK of USER_HELLO, got ${describe(answer)}`);
  }
  const { pubkey, server_id } = answer.payload;
  if (pubkey === undefined || server_id === undefined) {
    throw new StepFailure("the welcome does not say the server's id and key (D18)");
  }
  await checkSignature(parts, answer, pubkey);
  return `welcomed as user ${from} by server ${server_id}`;
}

async function asServer(parts: IdentifyParts, keys: KeyPair): Promise<string> {
  const { clock, crypto, entropy, url } = parts;
  const from: Id = entropy.id();
  const ts = clock.now();
  const payload = {
    // Nobody dials it: a joiner that says goodbye is forgotten.
    host: "127.0.0.1",
    port: 65535,
    pubkey: keys.publicKey,
    type: "SERVER_HELLO_JOIN",
    origin: from,
    ts,
  };
  const to = new URL(url).host;
  const sealer = new FrameSealer(crypto, keys.privateKey);
  const answer = await ask(
    parts,
    await sealer.seal({ type: "SERVER_HELLO_JOIN", from, to, ts, payload }),
  );
  if (answer.type !== "SERVER_WELCOME") {
    throw new StepFailure(`expected SERVER_WELCOME, got ${describe(answer)}`);
  }
  const { assigned_id } = answer.payload;
  const servers = serversOf(answer.payload, () => true);
  const own = servers.find(({ server_id }) =>
    server_id.toLowerCase() === answer.from.toLowerCase()
  );
  if (own === undefined) {
    throw new StepFailure("the welcome does not list the introducer itself (D10)");
  }
  await checkSignature(parts, answer, own.pubkey);
  return `welcomed as server ${assigned_id}; ${servers.length} server(s) are in the mesh`;
}

/** One connection, one question, one answer. */
async function ask(parts: IdentifyParts, frame: string): Promise<Message> {
  const transport = await parts.dial(parts.url);
  try {
    const answer = firstAnswer(transport, parts.clock);
    parts.print(`  sent      ${summary(frame)}`);
    transport.send(frame);
    const text = await answer;
    parts.print(`  received  ${summary(text)}`);
    return readPayload(readEnvelope(text));
  } finally {
    transport.send(frameText({ type: "CTRL_CLOSE", from: "", to: "*", ts: 0, payload: {} }));
    transport.close(CLOSE.normal, "demo done");
  }
}

function firstAnswer(transport: Transport, clock: Clock): Promise<string> {
  return new Promise((resolve, reject) => {
    const cancel = clock.at(clock.now() + ANSWER_MS, () => {
      reject(new StepFailure(`no answer within ${ANSWER_MS / 1000} s`));
    });
    const settle = <V>(then: (value: V) => void) => (value: V) => {
      cancel();
      then(value);
    };
    transport.listen({
      text: settle(resolve),
      binary: () => settle(reject)(new StepFailure("the server answered with a binary message")),
      closed: (code, reason) => {
        settle(reject)(new StepFailure(`closed without an answer (${code} ${reason})`));
      },
    });
  });
}

async function checkSignature(
  { crypto, print }: IdentifyParts,
  message: Message,
  spelledKey: string,
): Promise<void> {
  const key = parsePublicKey(spelledKey);
  const signature = message.sig === undefined ? undefined : decodeBase64url(message.sig);
  for (const input of signature === undefined ? [] : payloadSigningInputs(message.rawPayload)) {
    if (signature === undefined || !await crypto.verify(key, signature, input)) continue;
    print(`  signature verified under the server's key ${await fingerprint(crypto, key)}`);
    return;
  }
  throw new StepFailure("the server's signature does not verify");
}

function describe(message: Message): string {
  return message.type === "ERROR"
    ? `ERROR ${message.payload.code}: ${message.payload.detail}`
    : message.type;
}

/** A frame on one line, its keys and signatures shortened. */
function summary(frame: string): string {
  const shortened = frame.replace(/"([A-Za-z0-9_-]{44})[A-Za-z0-9_-]+"/g, '"$1…"');
  return visible(shortened.length > 600 ? `${shortened.slice(0, 600)}…` : shortened);
}
