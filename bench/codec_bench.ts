/**
 * What the signed form of a payload costs: ours (§12, D7), RFC 8785's, and `JSON.stringify`, which sorts
 * nothing and is the floor. All three write the same payloads; the summary tells how many times slower.
 *
 * @module
 */
import canonicalize from "canonicalize";
import { canonicalPython } from "../lib/protocol/canonical_json.ts";

const presence = {
  user_id: "3f0c8a52-7d5e-4b0e-9a51-0f6c1e2d3b4a",
  server_id: "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
  meta: { display_name: "Zoë 🦊", pronouns: "she/her", extras: { segments: true } },
  ts: 1700000000000,
};

const delivery = {
  user_id: presence.user_id,
  ciphertext: "A".repeat(683),
  sender: presence.server_id,
  sender_pub: "M".repeat(736),
  content_sig: "S".repeat(683),
};

for (const [group, payload] of Object.entries({ presence, delivery })) {
  Deno.bench(`JSON.stringify, ${group}`, { group, baseline: true }, () => {
    JSON.stringify(payload);
  });
  Deno.bench(`canonicalPython, ${group}`, { group }, () => {
    canonicalPython(payload);
  });
  Deno.bench(`canonicalize, ${group}`, { group }, () => {
    canonicalize(payload);
  });
}
