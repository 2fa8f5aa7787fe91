/**
 * The first tables: those of §15.1, with the columns that the standard gives them, and what this
 * server remembers of others.
 *
 * `privkey_store` and `pake_password` are empty for users who registered over the socket, since their
 * private key never leaves their device.
 *
 * @module
 */

/** The schema, version 1. */
export const firstTables = `
CREATE TABLE users (
  user_id        TEXT PRIMARY KEY NOT NULL,
  pubkey         TEXT NOT NULL,
  privkey_store  TEXT NOT NULL,
  pake_password  TEXT NOT NULL,
  meta           TEXT,
  version        INTEGER NOT NULL,
  proven         INTEGER NOT NULL DEFAULT 0 CHECK (proven IN (0, 1))
) STRICT;

CREATE TABLE groups (
  group_id    TEXT PRIMARY KEY NOT NULL,
  creator_id  TEXT NOT NULL,
  created_at  INTEGER,
  meta        TEXT,
  version     INTEGER NOT NULL
) STRICT;

CREATE TABLE group_members (
  group_id     TEXT NOT NULL REFERENCES groups (group_id),
  member_id    TEXT NOT NULL,
  role         TEXT,
  wrapped_key  TEXT NOT NULL,
  added_at     INTEGER,
  PRIMARY KEY (group_id, member_id)
) STRICT;

CREATE TABLE servers (
  server_id  TEXT PRIMARY KEY NOT NULL,
  pubkey     TEXT NOT NULL,
  host       TEXT NOT NULL,
  port       INTEGER NOT NULL
) STRICT;

CREATE TABLE introducers (
  host    TEXT NOT NULL,
  port    INTEGER NOT NULL,
  pubkey  TEXT NOT NULL,
  PRIMARY KEY (host, port)
) STRICT;

CREATE TABLE settings (
  name   TEXT PRIMARY KEY NOT NULL,
  value  TEXT NOT NULL
) STRICT;
`;
