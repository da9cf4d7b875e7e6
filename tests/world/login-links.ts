// Links that sign in to a shop, as Souk makes them: for tests that forge what Souk would not sign.
import { createHmac, randomBytes } from "node:crypto";
import { namespaceOf, secret } from "./cluster.ts";

export const signInPath = "/.well-known/souk/sign-in";

const encode = (text: string | Buffer): string => Buffer.from(text).toString("base64url");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** The seed of a shop's keys, which its links are signed with. */
export async function seedOf(storeId: string): Promise<string> {
  const { seed = "" } = await secret(namespaceOf(storeId), "store-keys");
  return seed;
}

export interface Forged {
  seed: string;
  store: string;
  /** Seconds from now. */
  endsIn?: number;
  user?: string;
  header?: unknown;
}

/** A token that is signed as Souk signs, for whatever is wanted of it. */
export function forge({ seed, store, endsIn = 60, user = "admin", header }: Forged): string {
  const claims = {
    aud: store,
    exp: Math.floor(Date.now() / 1000) + endsIn,
    jti: randomBytes(16).toString("hex"),
    sub: user,
  };
  const head = JSON.stringify(header ?? { alg: "HS256", typ: "souk-login+jwt" });
  const text = `${encode(head)}.${encode(JSON.stringify(claims))}`;
  return `${text}.${encode(hmac(hmac(seed, "souk login link v1"), text))}`;
}
