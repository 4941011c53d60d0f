/**
 * How old a lease is: RFC 2131 4.4.5. In whole seconds, since the clock in ms goes round before some leases end. Called by dhcp.ts.
 */
import { uptime } from "../../../machdep";
import type { Dhcp } from "./dhcp_var";

/** The longest wait in one go (ten days), in seconds. */
const LONGEST = 864000;

/** Seconds, the one that has begun among them. To be asked at least once in 24 days. */
export function dhcp_age(dh: Dhcp): number {
  const s = (((uptime() - dh.dh_mark) | 0) / 1000) | 0;
  dh.dh_age += s;
  dh.dh_mark = (dh.dh_mark + s * 1000) | 0;
  return dh.dh_age + (uptime() === dh.dh_mark ? 0 : 1);
}

/** ms until the lease is `age` seconds old, or as long as may be waited in one go; 0 or less when it is. */
export function dhcp_left(dh: Dhcp, age: number): number {
  dhcp_age(dh);
  const s = age - dh.dh_age;
  if (s <= 0) return 0;
  return (s < LONGEST ? s : LONGEST) * 1000 - ((uptime() - dh.dh_mark) | 0);
}
