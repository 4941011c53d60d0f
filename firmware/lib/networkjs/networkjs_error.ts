/**
 * What a program's author has to know and no number of Espruino's says is printed. Called by the libraries under NetworkJS.
 */
import { printf } from "../../machdep";
import { HOST_NOT_FOUND, NO_DATA } from "../../net/wire/dns";

/** There is no such host; that a server has not answered is another matter. */
export function networkjs_nohost(name: string, herror: number): void {
  if (herror === HOST_NOT_FOUND || herror === NO_DATA) printf("NetworkJS: unknown host: " + name);
}
