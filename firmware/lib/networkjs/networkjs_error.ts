/**
 * What a program's author has to know and no number of Espruino's says is printed. Called by the libraries under NetworkJS.
 */
import { printf } from "../../machdep";
import { EADDRINUSE } from "../../net/kern/errno";
import { networkjs_error } from "../../net/njs/nj_error";
import { HOST_NOT_FOUND, NO_DATA } from "../resolver/resolver";

/** Why nothing listens at `port`; what Espruino is told of it. */
export function networkjs_notbound(port: number, errno: number): number {
  if (errno === EADDRINUSE) printf("NetworkJS: port in use: " + port);
  return networkjs_error(errno);
}

/** There is no such host; that a server has not answered is another matter. */
export function networkjs_nohost(name: string, herror: number): void {
  if (herror === HOST_NOT_FOUND || herror === NO_DATA) printf("NetworkJS: unknown host: " + name);
}
