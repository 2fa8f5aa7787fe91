/**
 * Who plays in the demo: servers and clients, run with the permissions that their tasks have.
 *
 * @module
 */

import project from "../../deno.json" with { type: "json" };
import { WebCrypto } from "../../lib/crypto/webcrypto.ts";
import { loadOrCreateKey } from "../../lib/store/identity_file.ts";
import { Player } from "./player.ts";
import type { Programme } from "./programme.ts";

/** The processes of one demo, and the folder that holds everything they write. */
export class Cast {
  readonly #programme: Programme;
  readonly #folder = Deno.makeTempDirSync({ prefix: "socp-demo-" });
  readonly #players: Player[] = [];
  #over = false;

  /** @param programme Where their lines are shown. */
  constructor(programme: Programme) {
    this.#programme = programme;
  }

  /**
   * Makes everybody's key, all at once: it takes seconds each.
   *
   * @param servers The servers' names.
   * @param people The people's names.
   */
  async makeKeys(servers: readonly string[], people: readonly string[]): Promise<void> {
    const crypto = new WebCrypto();
    const files = [
      ...servers.map((name) => `${name}/server-key.pem`),
      ...people.map((name) => `client/${name}/key.pem`),
    ];
    await Promise.all(files.map((file) => loadOrCreateKey(`${this.#folder}/${file}`, crypto)));
  }

  /**
   * Starts a server on a free port.
   *
   * @param name What it is called.
   * @param introducers Where it joins, `host:port` each.
   */
  server(name: string, introducers: readonly string[]): Player {
    const bootstrap = `${this.#folder}/${name}.yaml`;
    Deno.writeTextFileSync(bootstrap, bootstrapOf(introducers));
    const data = `${this.#folder}/${name}`;
    return this.#start(name, project.tasks.server.command, [
      "--port",
      "0",
      "--data",
      data,
      "--bootstrap",
      introducers.length === 0 ? "none" : bootstrap,
    ]);
  }

  /**
   * Starts a client.
   *
   * @param name The person's name.
   * @param address Where the person's server listens, `host:port`.
   */
  client(name: string, address: string): Player {
    const flags = ["--name", name, "--profile", name, "--data", this.#folder];
    const server = ["--server", `ws://${address}`];
    return this.#start(name, project.tasks.client.command, ["chat", ...flags, ...server]);
  }

  /**
   * Everything in a server's database, as text as far as it is text.
   *
   * @param server The server's name.
   */
  database(server: string): string {
    const files = ["server.db", "server.db-wal"].map((name) => `${this.#folder}/${server}/${name}`);
    return files.map((file) => new TextDecoder().decode(Deno.readFileSync(file))).join("\n");
  }

  /**
   * Makes a file to send.
   *
   * @param name Its name.
   * @param size How many bytes, chosen at random.
   * @returns Where it is, and its digest in hex.
   */
  async file(name: string, size: number): Promise<{ path: string; sha256: string }> {
    const bytes = crypto.getRandomValues(new Uint8Array(size));
    const path = `${this.#folder}/${name}`;
    await Deno.writeFile(path, bytes);
    return { path, sha256: await sha256Of(bytes) };
  }

  /**
   * What has landed at somebody.
   *
   * @param person The person's name.
   * @returns Each file's name, and its digest in hex.
   */
  async downloads(person: string): Promise<{ name: string; sha256: string }[]> {
    const folder = `${this.#folder}/client/${person}/downloads`;
    return await Array.fromAsync(Deno.readDir(folder), async ({ name }) => ({
      name,
      sha256: await sha256Of(await Deno.readFile(`${folder}/${name}`)),
    }));
  }

  /** Ends every process and removes every file. */
  async goHome(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#players.map((player) => player.leave()));
    Deno.removeSync(this.#folder, { recursive: true });
  }

  /** A task's command is `deno run <permissions> <program>`, and needs no shell. */
  #start(name: string, task: string, flags: readonly string[]): Player {
    // The play goes on for a moment when it is broken off.
    if (this.#over) throw new Error("the demo is over");
    const [, ...args] = task.split(" ");
    const root = new URL("../../", import.meta.url);
    const player = new Player(name, [...args, ...flags], root, this.#programme);
    this.#players.push(player);
    return player;
  }
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

function bootstrapOf(introducers: readonly string[]): string {
  const entries = introducers.map((address) => {
    const [host, port] = address.split(":");
    return `  - host: ${host}\n    port: ${port}\n`;
  });
  return `bootstrap_servers:\n${entries.join("")}`;
}
