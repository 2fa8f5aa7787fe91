/**
 * The key of the public channel as its members shared it: wrapped for each member, signed as a whole.
 *
 * A signature covers all the shares of a frame, so the frame's payload is kept once for up to a dozen members,
 * for as long as it is the newest of any of them. What is in it only the members' private keys open.
 *
 * @module
 */

/** The schema, from version 2 to 3. */
export const keyShares = `
CREATE TABLE key_shares (
  message_ref  TEXT PRIMARY KEY NOT NULL,
  payload      TEXT NOT NULL
) STRICT;

ALTER TABLE group_members ADD COLUMN share_ref TEXT REFERENCES key_shares (message_ref);

CREATE INDEX group_members_by_share ON group_members (share_ref);
`;
