/**
 * Signs of life, and farewells (§8.4, §6). That a frame came at all is noted for every frame.
 *
 * @module
 */

import { CLOSE } from "../../link/transport.ts";
import { close } from "../effects.ts";
import type { HandlersOf } from "../state.ts";

/** `HEARTBEAT` and `CTRL_CLOSE`. */
export const healthHandlers: HandlersOf<"HEARTBEAT" | "CTRL_CLOSE"> = {
  HEARTBEAT: () => [],
  CTRL_CLOSE: (_state, link) => [close(link.id, CLOSE.normal, "goodbye")],
};
