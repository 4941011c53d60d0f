/**
 * The records of a host and its services: RFC 6762 4, 6.1; RFC 6763 4 to 9. Called by the responder whenever its names or
 * its address have changed, and for its answers.
 */
import { type Rr, rr_new, rr_string, rr_word, T_A, T_NSEC, T_PTR, T_SRV, T_TXT, TTL_HOST, TTL_OTHER } from "./mdns_msg";
import { ENUM_NAME, LOCAL, type MdnsOptions, md, type Owned, type ServiceOptions } from "./mdns_var";

/** The longest label (RFC 1035 2.3.4). */
const MAXLABEL = 63;
/** Types that there are of a name (RFC 4034 4.1.2): of a host A; of a service TXT and SRV. */
const NSEC_HOST = "\0\x01\x40";
const NSEC_SERVICE = "\0\x05\0\0\x80\0\x40";

/** The names that a program wants; throws an Error that says what is wrong with them. */
export function md_wanted(options: MdnsOptions): Owned[] {
  const host = options.name;
  if (!md_islabel(host) || host.indexOf(".") >= 0) throw new Error("mdns: not a host's name: " + host);
  const names = [md_owned(host, LOCAL, 0, "")];
  const services = options.services || [];
  for (let i = 0; i < services.length; i++) names.push(md_service(services[i], host));
  return names;
}

function md_service(service: ServiceOptions, host: string): Owned {
  const parts = ("" + service.type).split(".");
  const name = service.name || host;
  const port = service.port;
  if (
    parts.length !== 2 ||
    parts[0][0] !== "_" ||
    !md_islabel(parts[0]) ||
    (parts[1] !== "_tcp" && parts[1] !== "_udp")
  )
    throw new Error('mdns: not a type such as "_http._tcp": ' + service.type);
  if (!md_islabel(name)) throw new Error("mdns: not a service's name: " + name);
  if (!(port > 0 && port < 65536)) throw new Error("mdns: not a port: " + port);
  return md_owned(name, rr_string(parts[0]) + rr_string(parts[1]) + LOCAL, port, md_txt(service.txt || {}));
}

function md_owned(base: string, suffix: string, port: number, txt: string): Owned {
  return { ow_base: base, ow_count: 1, ow_suffix: suffix, ow_port: port, ow_txt: txt };
}

function md_islabel(text: string): boolean {
  return typeof text === "string" && text.length > 0 && text.length <= MAXLABEL;
}

/** A TXT record's data (RFC 6763 6). */
function md_txt(pairs: { [key: string]: string | number | boolean }): string {
  let data = "";
  for (const key in pairs) {
    const text = pairs[key] === true ? key : key + "=" + pairs[key];
    if (text.length > 255) throw new Error("mdns: more than 255 bytes of txt: " + key);
    data += rr_string(text);
  }
  return data || "\0";
}

/** A name as it is now, on the wire. */
export function md_name(ow: Owned): string {
  const number = ow.ow_count > 1 ? "-" + ow.ow_count : "";
  return rr_string(ow.ow_base.substr(0, MAXLABEL - number.length) + number) + ow.ow_suffix;
}

/** Makes all records of the names and the address as they are now. */
export function md_makerecords(): void {
  const names = md.md_names;
  const host = md_name(names[0]);
  const a = md.md_addr;
  let reverse = "";
  for (let shift = 0; shift < 32; shift += 8) reverse += rr_string("" + ((a >> shift) & 255));
  const records = [
    rr_new(host, T_A, TTL_HOST, true, rr_word(a >> 16) + rr_word(a)),
    rr_new(reverse + "\x07in-addr\x04arpa\0", T_PTR, TTL_HOST, true, host),
  ];
  md.md_denials = [rr_new(host, T_NSEC, TTL_HOST, true, host + NSEC_HOST)];
  for (let i = 1; i < names.length; i++) md_addservice(records, names[i], host);
  md.md_records = records;
}

function md_addservice(records: Rr[], ow: Owned, host: string): void {
  const name = md_name(ow);
  const kind = rr_new(ENUM_NAME, T_PTR, TTL_OTHER, false, ow.ow_suffix);
  let known = false; // two services of one type are one type
  for (let i = 0; i < records.length; i++)
    if (records[i].rr_name === ENUM_NAME && records[i].rr_data === ow.ow_suffix) known = true;
  if (!known) records.push(kind);
  records.push(
    rr_new(ow.ow_suffix, T_PTR, TTL_OTHER, false, name),
    rr_new(name, T_SRV, TTL_HOST, true, "\0\0\0\0" + rr_word(ow.ow_port) + host),
    rr_new(name, T_TXT, TTL_OTHER, true, ow.ow_txt),
  );
  md.md_denials.push(rr_new(name, T_NSEC, TTL_HOST, true, name + NSEC_SERVICE));
}
