/**
 * A user without manners: sends direct messages with signatures that are none, as fast as the server takes
 * them, and comes back when it is thrown out. Prints a line when the first have gone.
 *
 * @module
 */

import { frameText } from "../../lib/protocol/envelope.ts";
import { testKey } from "../../tests/support/real_servers.ts";
import { helloOf, newId } from "./crowd.ts";
import { connectUpgraded, maskedFrame, writeAll } from "./upgrade.ts";

const port = Number(Deno.args[0]);
const id = newId();
/** How long it stays away, in ms. */
const PAUSE_MS = 100;
/** 512 bytes, so that nothing is cheaper than to verify them. */
const SIGNATURE = "S".repeat(682) + "A";

function garbage(ts: number): string {
  const payload = {
    ciphertext: "C".repeat(682) + "A",
    sender_pub: testKey(0).publicKey,
    content_sig: SIGNATURE,
  };
  return frameText({ type: "MSG_DIRECT", from: id, to: id, ts, payload });
}

async function ignore(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  while (await conn.read(buffer) !== null);
}

for (let ts = Date.now(), started = false;;) {
  try {
    using conn = await connectUpgraded(port);
    void ignore(conn).catch(() => {}); // writing fails too
    await writeAll(conn, maskedFrame(helloOf(id)));
    for (;;) {
      ts = Math.max(ts + 1, Date.now());
      await writeAll(conn, maskedFrame(garbage(ts)));
      if (!started) console.log("begun");
      started = true;
    }
  } catch {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
