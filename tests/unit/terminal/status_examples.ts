/**
 * A server with links of every kind, as its operator is told of it.
 *
 * @module
 */

import { toId } from "../../../lib/protocol/ids.ts";
import type {
  DistantServerStatus,
  ServerLinkStatus,
  ServerStatus,
} from "../../../lib/server/status.ts";

const AT = Date.UTC(2026, 10, 24, 3, 10, 22);

/** The id of this server. */
export const HERE = toId("81b637d8-fcd2-46da-a359-e6963113a117");
const LONDON = toId("8ce6e67a-5b0b-4d24-9c1d-1f2a3b4c5d6e");
const PARIS = toId("86de03f1-0c3d-4a5e-8f60-7182930a1b2c");
const ROME = toId("92c748e9-0de3-47eb-b46a-f7a74224b228");
const OSLO = toId("a0e1f2d3-c4b5-4697-8879-6a5b4c3d2e1f");

/** A link to London that has nothing remarkable. */
export const LINK: ServerLinkStatus = {
  server: LONDON,
  address: "127.0.0.1:8766",
  direction: "out",
  proven: true,
  since: AT - 200_000,
  lastFrame: AT - 3_000,
  queuedBytes: 0,
  framesIn: 1234,
  framesOut: 987,
  lastError: undefined,
};

/** A server that London speaks for. */
export const DISTANT: DistantServerStatus = {
  server: ROME,
  address: "[2001:db8::1]:8765",
  via: LONDON,
  dialled: true,
  lastHeard: AT - 20_000,
};

/** A server that has neither links nor users. */
export const LONELY: ServerStatus = {
  server: HERE,
  address: "chat.example.org:8765",
  at: AT,
  localUsers: 0,
  remoteUsers: 0,
  pendingMessages: 0,
  links: [],
  distant: [],
};

/** A server with two links and two servers beyond. */
export const BUSY: ServerStatus = {
  ...LONELY,
  localUsers: 3,
  remoteUsers: 12,
  pendingMessages: 2,
  links: [
    LINK,
    {
      server: PARIS,
      address: "a-very-long-name.of-a-server.example.org:8765",
      direction: "in",
      proven: false,
      since: AT - 50 * 3_600_000,
      lastFrame: AT - 90_000,
      queuedBytes: 300_000,
      framesIn: 34_000_000,
      framesOut: 999_999,
      lastError: "INVALID_SIG: sig does not verify\x1b[2J\nproven: yes",
    },
  ],
  distant: [DISTANT, {
    server: OSLO,
    address: "10.0.0.4:9000",
    via: undefined,
    dialled: false,
    lastHeard: undefined,
  }],
};
