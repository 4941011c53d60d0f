/**
 * `require("crypto")`: the hashes. Not here: AES, PBKDF2.
 */
import { createHash } from "node:crypto";
import { bytesOf } from "./bytes";
import type { Realm } from "./realm";

const HASHES = { SHA1: "sha1", SHA224: "sha224", SHA256: "sha256", SHA384: "sha384", SHA512: "sha512" };

export function cryptoModule(realm: Realm): Record<string, unknown> {
  const hashes = Object.entries(HASHES).map(([name, algorithm]) => [
    name,
    (data: unknown) => realm.bytes(createHash(algorithm).update(bytesOf(data)).digest()).buffer,
  ]);
  return realm.object(Object.fromEntries(hashes));
}
