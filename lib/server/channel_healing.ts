/**
 * How users who have different keys of the public channel come to have one again (D23): servers announce the
 * best key that their users were given, and whoever is behind is asked for.
 *
 * @module
 */

import {
  type ChannelKeyName,
  channelKeyName,
  MAX_EPOCH_STEP,
  winsOver,
} from "../protocol/channel_key.ts";
import type { Payload } from "../protocol/catalog.ts";
import { askForKey } from "./channel.ts";
import type { ServerState } from "./state.ts";

/**
 * The best key that users who are connected here were given. What is too far above the one that most of them
 * have does not count: somebody may have made it up (D23).
 *
 * @param state The server.
 */
export function bestKeyHere(state: ServerState): ChannelKeyName | undefined {
  const holders = new Map<string, { readonly key: ChannelKeyName; count: number }>();
  for (const { id } of state.users.local()) {
    const key = state.keyShares.of(id)?.key;
    if (key === undefined) continue;
    const name = `${key.epoch} ${key.channelPub}`;
    const known = holders.get(name);
    if (known === undefined) holders.set(name, { key, count: 1 });
    else known.count += 1;
  }
  const all = [...holders.values()];
  if (all.length === 0) return undefined;
  const usual = all.reduce((one, other) => {
    if (one.count !== other.count) return one.count > other.count ? one : other;
    return winsOver(one.key, other.key) ? other : one;
  });
  return all.map(({ key }) => key)
    .filter(({ epoch }) => epoch <= usual.key.epoch + MAX_EPOCH_STEP)
    .reduce((one, other) => winsOver(other, one) ? other : one);
}

/**
 * Another server has announced the best key that its users have. It is only remembered, and looked at later.
 *
 * @param state The server.
 * @param announce What the other announced.
 * @param now Unix ms.
 */
export function keyAnnounced(
  state: ServerState,
  { channel }: Pick<Payload<"SERVER_ANNOUNCE">, "channel">,
  now: number,
): void {
  const key = channel && channelKeyName(channel);
  if (key === undefined || !winsOver(key, state.keyLag.heard)) return;
  const best = bestKeyHere(state);
  if (best !== undefined && key.epoch > best.epoch + MAX_EPOCH_STEP) return;
  state.keyLag.heard = key;
  state.keyLag.lookSoon(now);
}

/**
 * Asks for the key on behalf of the users here whose share is behind the best that there is, as after a
 * partition in which both sides made one. While anybody is behind it is looked again and again.
 *
 * @param state The server.
 * @param now Unix ms.
 */
export function askForThoseBehind(state: ServerState, now: number): void {
  const { keyLag } = state;
  if (keyLag.nextLook > now) return;
  keyLag.nextLook = Infinity;
  const best = bestKeyHere(state);
  const { heard } = keyLag;
  // What nobody says any more is forgotten.
  keyLag.heard = undefined;
  const wanted = heard !== undefined && winsOver(heard, best) ? heard : best;
  if (wanted === undefined) return;
  for (const { id } of state.users.local()) {
    if (!winsOver(wanted, state.keyShares.of(id)?.key)) {
      keyLag.rests(id, now);
      continue;
    }
    keyLag.lookSoon(now);
    if (keyLag.isDue(id, now)) askForKey(state, id, now);
  }
}
