/**
 * Registers users one after the other, for ever, and says each one's id after it was stored: the
 * victim of the test that kills it.
 *
 * @module
 */

import { openSqliteStore } from "../../../lib/store/sqlite.ts";
import { idOf, shareOf, userOf } from "../../contract/store_contract.ts";

const [path = "", first = "0"] = Deno.args;
const store = openSqliteStore(path, { now: () => 1 });
const encoder = new TextEncoder();
for (let number = Number(first); number < 4096; number += 1) {
  store.apply([
    { kind: "user", user: userOf(number) },
    { kind: "member", userId: idOf(number), at: number },
    { kind: "share", share: shareOf(`share ${number}`, number) },
  ]);
  Deno.stdout.writeSync(encoder.encode(`${idOf(number)}\n`));
}
