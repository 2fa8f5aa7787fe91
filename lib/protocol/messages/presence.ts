/**
 * Who is where (§8.2).
 *
 * @module
 */

import * as v from "valibot";
import { absent, binding, id, meta } from "./fields.ts";

/** `USER_ADVERTISE`: a user is here. `meta` is required: without it a removal would pass as this. */
export const userAdvertise = v.object({ user_id: id, server_id: id, meta, ...binding });

/** `USER_REMOVE`: a user has left. */
export const userRemove = v.object({ user_id: id, server_id: id, meta: absent, ...binding });
