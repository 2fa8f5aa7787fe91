import { MemoryStore } from "../../lib/store/memory.ts";
import { storeContract } from "./store_contract.ts";

storeContract("the store in memory", () => {
  const store = new MemoryStore();
  return {
    open: () => store,
    members: () => {
      const entries = [...store.members].sort(([a], [b]) => a < b ? -1 : 1);
      return {
        ids: entries.map(([id]) => id),
        since: entries.map(([, { since }]) => since),
        wraps: entries.map(([, { wrappedKey }]) => wrappedKey),
        shares: store.shareCount,
        version: store.load().channel.version,
      };
    },
    cleanUp: () => {},
  };
}, (name, fn) => Deno.test(name, fn));
