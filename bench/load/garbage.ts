/**
 * A user without manners: sends direct messages with signatures that are none. `patient` always has a few
 * unanswered, so that it is never thrown out; `flood` sends as fast as the server takes them, is thrown out,
 * and comes back. Prints a line when it begins.
 *
 * @module
 */

import { frameText } from "../../lib/protocol/envelope.ts";
import { testKey } from "../../tests/support/real_servers.ts";
import { helloOf, newId } from "./crowd.ts";
import { FrameSocket } from "./frame_socket.ts";

const [port, manner] = [Number(Deno.args[0]), Deno.args[1]];
const id = newId();
/** How long it stays away, in ms. */
const PAUSE_MS = 100;
/** How many frames a patient one has unanswered. */
const UNANSWERED = 32;
/** 512 bytes, so that nothing tells it from a signature but to verify it. */
const SIGNATURE = "S".repeat(682) + "A";

/** Another for each frame, or it would be dropped as a copy. */
let ts = Date.now();

function garbage(): string {
  ts = Math.max(ts + 1, Date.now());
  const payload = {
    ciphertext: "C".repeat(682) + "A",
    sender_pub: testKey(0).publicKey,
    content_sig: SIGNATURE.replace("S".repeat(13), String(ts)),
  };
  return frameText({ type: "MSG_DIRECT", from: id, to: id, ts, payload });
}

async function enter(): Promise<FrameSocket> {
  const socket = await FrameSocket.open(port);
  await socket.send(helloOf(id));
  return socket;
}

if (manner === "patient") {
  const socket = await enter();
  socket.listener = (head) => {
    if (head.startsWith('{"type":"ERROR"')) void socket.send(garbage());
  };
  for (let i = 0; i < UNANSWERED; i++) await socket.send(garbage());
}
console.log("begun");
while (manner === "flood") {
  const socket = await enter().catch(() => undefined);
  try {
    // Sending fails when the server has closed the connection.
    while (socket !== undefined) await socket.send(garbage());
  } catch {
    socket?.close();
  }
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
