/**
 * The global `url`: a URL's parts, as the board finds them. Espruino: libs/network/jswrap_net.c (jswrap_url_parse).
 */
import type { Realm } from "../realm";

export function urlClass(realm: Realm): Record<string, unknown> {
  return realm.object({ parse: (url: unknown, parseQuery?: unknown) => parseUrl(realm, url, Boolean(parseQuery)) });
}

/** An object that http.request takes; undefined for what is no string. */
export function parseUrl(realm: Realm, url: unknown, parseQuery: boolean): Record<string, unknown> | undefined {
  if (typeof url !== "string") return undefined;
  const scheme = /^[^/:]*:\/\//.test(url) ? url.indexOf("//") : -1;
  const rest = scheme < 0 ? url : url.slice(scheme + 2);
  const slash = rest.indexOf("/");
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? "" : rest.slice(slash);
  const colon = scheme < 0 ? -1 : authority.indexOf(":");
  const port = colon < 0 ? 0 : Number(authority.slice(colon + 1).replace(/[^0-9]/g, ""));
  const question = path.lastIndexOf("?");
  const query = question < 0 ? null : path.slice(question + 1);
  const parts: Record<string, unknown> = realm.object({});
  if (scheme >= 0) parts.protocol = url.slice(0, scheme);
  parts.method = "GET";
  parts.host = colon < 0 ? authority : authority.slice(0, colon);
  parts.path = path || "/";
  parts.pathname = (question < 0 ? path : path.slice(0, question)) || "/";
  parts.search = question < 0 ? null : path.slice(question);
  parts.port = port > 0 && port <= 65535 ? port : null;
  parts.query = parseQuery && query !== null ? queryObject(realm, query) : query;
  return parts;
}

function queryObject(realm: Realm, query: string): Record<string, string> {
  const values: Record<string, string> = realm.object({});
  for (const pair of query.split("&").filter((one) => one && one !== "=")) {
    const equals = pair.indexOf("=");
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
    if (!(name in values)) values[name] = equals < 0 ? "" : decoded(pair.slice(equals + 1));
  }
  return values;
}

function decoded(text: string): string {
  return text.replace(/%(..)/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16) & 255));
}
