/**
 * What a chat client needs of the world: whatever of it a program, a browser or a test has of its own.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Entropy } from "../crypto/entropy.ts";
import type { CryptoPort, KeyPair } from "../crypto/port.ts";
import type { Keyring } from "../e2ee/keyring.ts";
import type { Dial } from "../link/transport.ts";
import type { Id } from "../protocol/ids.ts";
import type { Landing } from "./file_ports.ts";
import type { KeyBook } from "./key_book.ts";

/** What a client is made of. */
export interface ChatClientParts {
  /** The server, `ws://` or `wss://`. */
  readonly url: string;
  /** Who this user is; kept across runs, since others pin the key to it (§5). */
  readonly userId: Id;
  /** The user's key pair: it signs what goes out and opens what comes in (§4). */
  readonly keys: KeyPair;
  /** The display name that others are shown. */
  readonly name: string | undefined;
  /** Whose keys are known; it says how a new one is met (D1). */
  readonly keyBook: KeyBook;
  /** The name of the program, for the server's log. */
  readonly client: string;
  /** What signs, verifies, encrypts and decrypts. */
  readonly crypto: CryptoPort;
  /** Opens a connection to the server, and the next one after a loss. */
  readonly dial: Dial;
  /** Time stamps of frames, and the alarms of retries. */
  readonly clock: Clock;
  /** The jitter of retries. */
  readonly entropy: Entropy;
  /** What a developer may want to know; people hear of events instead. */
  readonly log: Log;
  /** Where files land that this user takes; without it none can be taken. */
  readonly landing?: Landing;
  /** The public channel's keys from earlier runs; without, those of this run only (D23). */
  readonly channelKeys?: {
    /** What earlier runs kept. */
    readonly keyring: Keyring;
    /** Keeps what changed. */
    save(keyring: Keyring): Promise<void>;
  };
  /** Whether what is not encrypted is not shown (D24). */
  readonly refusePlain?: boolean;
}
