/**
 * HTTP messages as the board writes and reads them. It is no parser of RFC 9112: what it overlooks, a program in the
 * simulator must meet too. Espruino: libs/network/socketserver.c (httpParseHeaders, serverResponseWriteHead,
 * clientRequestWrite).
 */
import type { Realm } from "../realm";
import type { NetObject } from "./objects";

const VERSION = "2v29";

/** The value of a header, whatever its letters' case. */
function header(headers: Record<string, unknown>, name: string): unknown {
  const key = Object.keys(headers).find((one) => one.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}

function isChunked(coding: unknown): boolean {
  return String(coding).toLowerCase() === "chunked";
}

function lines(headers: Record<string, unknown>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}

/**
 * Once the headers in `received` are whole, puts what they say into `message`, and gives what follows them. Undefined: more
 * has to come.
 */
export function parseHead(realm: Realm, received: string, message: NetObject, isRequest: boolean): string | undefined {
  const end = /\r+\n+\r+\n/.exec(received);
  if (!end) return undefined;
  const headers = headersIn(realm, received);
  message.headers = headers;
  if (isChunked(header(headers, "transfer-encoding"))) {
    message.chunked = true;
    message.cRcv = 1;
  } else message.cRcv = Math.trunc(Number(header(headers, "content-length"))) || 0;
  firstLine(received, message, isRequest);
  return received.slice(end.index + end[0].length);
}

/** The words of the first line, wherever its spaces are. */
function firstLine(received: string, message: NetObject, isRequest: boolean): void {
  const first = received.search(/[ \r]/);
  const second = first + 1 + received.slice(first + 1).search(/[ \r]/);
  const word = received.slice(first + 1, second);
  if (isRequest) {
    message.method = received.slice(0, first);
    message.url = word;
  } else {
    message.httpVersion = received.slice(5, first);
    message.statusCode = word;
    const end = received.indexOf("\r");
    message.statusMessage = received.slice(second + 1, second < end ? end : undefined); // without one: all the rest
  }
}

/** Whatever looks like a header and ends with CR in what has come, be it behind the headers' end; of two of a name the first. */
function headersIn(realm: Realm, received: string): Record<string, unknown> {
  const headers: Record<string, unknown> = realm.object({});
  for (const [, line] of [...received.matchAll(/([^\r\n]*)\r/g)].slice(1)) {
    const match = /^([^:]+):\s*(\S.*)$/.exec(line);
    if (match && !(match[1] in headers)) headers[match[1]] = match[2];
  }
  return headers;
}

/** The head of a client's request. A body in chunks is noted in `request`. */
export function requestHead(request: NetObject): string {
  const options = request.opt as Record<string, unknown>;
  const { method, path, host } = options;
  const headers = typeof options.headers === "object" && options.headers ? options.headers : {};
  const given = headers as Record<string, unknown>;
  const port = Number(options.port) || 0;
  if (isChunked(given["Transfer-Encoding"])) request.chunked = true; // in these letters only
  const own =
    header(given, "host") === undefined ? `Host: ${host}${port > 0 && port !== 80 ? `:${port}` : ""}\r\n` : "";
  return (
    `${method} ${path} HTTP/1.1\r\nUser-Agent: Espruino ${VERSION}\r\nConnection: close\r\n` +
    `${lines(given)}${own}\r\n`
  );
}

/** The head of a server's response. */
export function responseHead(response: NetObject, status: number, explicit: object | undefined): string {
  const headers: Record<string, unknown> = { ...response.headers, ...explicit };
  if (isChunked(header(headers, "transfer-encoding"))) response.chunked = true;
  return `HTTP/1.1 ${status} OK\r\nServer: Espruino ${VERSION}\r\n${lines(headers)}\r\n`;
}

/** Data as it goes into the body. */
export function bodyPart(message: NetObject, data: string): string {
  return message.chunked ? `${data.length.toString(16)}\r\n${data}\r\n` : data;
}
