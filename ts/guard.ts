/**
 * The guard alone, for programs that call no block. Import it, or start a program with it:
 * `node --import @alch/blocks/guard`, `bun --preload @alch/blocks/guard`.
 *
 * @module
 */
import { guardAllScopes, refuseAlchemy2 } from "./alchemy/guard/entry.ts";
import { useAccount } from "./alchemy/guard/recovery.ts";
import { Account } from "./cloudflare/account.ts";

refuseAlchemy2();
// Alchemy can delete what a program no longer declares only if somebody has imported that kind. Alchemy 2
// has no such module.
await import("alchemy/cloudflare");
useAccount(() => new Account());
guardAllScopes();
