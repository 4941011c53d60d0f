/**
 * What a program's author has to know and no number of Espruino's says is printed. Called by the libraries under NetworkJS.
 */
import { printf } from "../../machdep";
import { SOCKET_ERR_BUSY } from "../../net/njs/nj_var";
import { HOST_NOT_FOUND, NO_DATA } from "../resolver/resolver";

/** `sckt`, which is a number of an error when nothing listens at `port`. */
export function networkjs_bound(sckt: number, port: number): number {
  if (sckt === SOCKET_ERR_BUSY) printf("NetworkJS: port in use: " + port);
  return sckt;
}

/** There is no such host; that a server has not answered is another matter. */
export function networkjs_nohost(name: string, herror: number): void {
  if (herror === HOST_NOT_FOUND || herror === NO_DATA) printf("NetworkJS: unknown host: " + name);
}
