/**
 * A process that answers the signal for its status; every second answer goes wrong.
 *
 * @module
 */

import { printStatusOnSignal } from "../../../lib/terminal/status_on_signal.ts";
import { BUSY } from "./status_examples.ts";

let asked = 0;
printStatusOnSignal({
  status: () => {
    if (++asked % 2 === 0) throw new Error("ours");
    return BUSY;
  },
  write: (text) => console.error(text),
  log: (level, message, fields) => console.error(`${level}: ${message}: ${fields?.["stack"]}`),
});
console.log("ready");
setInterval(() => {}, 60_000);
