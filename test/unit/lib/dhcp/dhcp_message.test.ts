import { DhcpLan, DhcpServer } from "../../../lib/dhcp_lan";
import { GATEWAY, US } from "../../../lib/host";
import {
  ACK,
  type DhcpFields,
  type DhcpOptions,
  dhcp,
  dhcpOptions,
  EVERYBODY,
  ipBytes,
  long,
  NAK,
  OFFER,
  REQUEST,
} from "../../../lib/packets";

const GIVEN = "192.0.2.77";

describe("An answer of a DHCP server", () => {
  let lan: DhcpLan;
  let server: DhcpServer;

  beforeEach(() => {
    server = new DhcpServer(GATEWAY, GIVEN);
    server.silent = true;
    lan = new DhcpLan(server);
    lan.eth.setIP();
    lan.waitUntil(() => lan.messages().length > 0);
  });
  afterEach(() => lan.expectPoolsRestored());

  const OPTIONS: DhcpOptions = {
    53: [OFFER],
    54: ipBytes(GATEWAY.ip),
    51: long(3600),
    1: ipBytes("255.255.255.0"),
    3: ipBytes(GATEWAY.ip),
  };

  /** The right answer to the question of the moment, but for these fields and options; undefined leaves one out. */
  function answer(
    fields: DhcpFields = {},
    options: { [code: number]: DhcpOptions[number] | undefined } = {},
  ): DhcpFields {
    const all = Object.entries({ ...OPTIONS, ...options }).filter(([, value]) => value !== undefined);
    const { xid } = lan.messages().pop()!.dhcp;
    return { xid, mac: US.mac, your: GIVEN, options: Object.fromEntries(all) as DhcpOptions, ...fields };
  }

  /** Lets the board hear bytes, and tells which of its counters moved. */
  function heard(payload: number[]): object {
    const counts = lan.host.counted(() => {
      lan.hearsBytes(server, payload, "255.255.255.255", EVERYBODY);
      lan.wait(0);
    });
    return Object.fromEntries(Object.entries(counts).filter(([name]) => name.startsWith("DHCPS")));
  }

  /** Was it taken for an offer? */
  function taken(): boolean {
    lan.wait(400);
    return lan.messages(REQUEST).length > 0;
  }

  it("is taken when it is right", () => {
    expect(heard(dhcp(answer()))).toEqual({ DHCPS_RCVD: 1 });
    expect(taken()).toBeTrue();
  });

  const aliens: [string, DhcpFields][] = [
    ["to somebody else", { mac: "02:00:00:00:00:99" }],
    ["to another question", { xid: 1 }],
    ["that is a question itself", { op: 1 }],
    ["that grants what was not requested", { options: { ...OPTIONS, 53: [ACK] } }],
    ["that refuses what was not requested", { options: { 53: [NAK], 54: ipBytes(GATEWAY.ip) } }],
  ];
  for (const [what, fields] of aliens)
    it(`is counted and dropped ${what}`, () => {
      expect(heard(dhcp(answer(fields)))).toEqual({ DHCPS_RCVD: 1, DHCPS_ALIEN: 1 });
      expect(taken()).toBeFalse();
    });

  const bad: [string, DhcpFields, { [code: number]: DhcpOptions[number] | undefined }][] = [
    ["without DHCP's cookie", { cookie: [1, 2, 3, 4] }, {}],
    ["without a type", {}, { 53: undefined }],
    ["of a type that has no place in it", {}, { 53: [8] }],
    ["without a server", {}, { 54: undefined }],
    ["with half a server", {}, { 54: [192, 0] }],
    ["without a lease time", {}, { 51: undefined }],
    ["with a lease time of two bytes", {}, { 51: [1, 2] }],
    ["with a lease of nine seconds", {}, { 51: long(9) }],
    ["with no address", { your: "0.0.0.0" }, {}],
    ["with the subnet's address", { your: "192.0.2.0" }, {}],
    ["with the subnet's broadcast address", { your: "192.0.2.255" }, {}],
    ["with a group's address", { your: "224.0.0.1" }, {}],
    ["with loopback's address", { your: "127.0.0.1" }, {}],
    ["with everybody's address", { your: "255.255.255.255" }, {}],
    ["with a mask that has holes", {}, { 1: ipBytes("255.0.255.0") }],
    ["with an option that does not end", { raw: [...dhcpOptions(OPTIONS), 12, 200, 1, 2, 3] }, {}],
    ["that ends in an option's code", { raw: [...dhcpOptions(OPTIONS), 12] }, {}],
    ["with an option in the file field that does not end", { file: [...new Array(120).fill(0), 12, 100] }, { 52: [1] }],
    ["with an option in the name field that does not end", { sname: [12, 63] }, { 52: [2] }],
    ["with two types", { raw: [...dhcpOptions(OPTIONS), 54, 4, 1, 2, 3, 4, 51, 4, 0, 0, 0, 1, 255] }, {}],
  ];
  for (const [what, fields, options] of bad)
    it(`is counted and dropped ${what}`, () => {
      expect(heard(dhcp(answer(fields, options)))).toEqual({ DHCPS_RCVD: 1, DHCPS_BAD: 1 });
      expect(taken()).toBeFalse();
    });

  it("is counted and dropped wherever it is cut off", () => {
    const whole = dhcp(answer());
    for (let length = 0; length < whole.length - 1; length++) {
      const counts = heard(whole.slice(0, length)) as { [name: string]: number };
      const dropped = (counts["DHCPS_BAD"] ?? 0) + (counts["DHCPS_ALIEN"] ?? 0);
      if (!dropped) break; // only options that it may lack are missing
      expect(dropped).withContext(`${length} bytes`).toBe(1);
      expect(length).toBeLessThan(whole.length);
    }
  });

  it("needs no end where the message ends", () => {
    expect(heard(dhcp(answer({ raw: dhcpOptions(OPTIONS) })))).toEqual({ DHCPS_RCVD: 1 });
    expect(taken()).toBeTrue();
  });

  it("may have options in its fields for a name and a file (RFC 2132 9.3)", () => {
    const [router, dns] = ["192.0.2.200", "192.0.2.201"];
    const inFields = answer(
      { file: [...dhcpOptions({ 3: ipBytes(router) }), 255], sname: [0, 0, ...dhcpOptions({ 6: ipBytes(dns) }), 255] },
      { 3: undefined, 52: [3] },
    );
    heard(dhcp(inFields));
    expect(taken()).toBeTrue();
    heard(dhcp(answer({ ...inFields, options: { ...inFields.options, 53: [ACK] } })));
    lan.waitUntil(() => lan.ip === GIVEN);
    expect(lan.eth.getIP()).toEqual(jasmine.objectContaining({ gateway: router, dns }));
  });

  it("may not have them there when it does not say so", () => {
    heard(dhcp(answer({ file: dhcpOptions({ 6: ipBytes("192.0.2.201") }), sname: [12, 255] })));
    expect(taken()).toBeTrue();
  });

  it("may have an option in pieces (RFC 3396)", () => {
    const raw = [...dhcpOptions({ ...OPTIONS, 3: [192, 0] }), ...dhcpOptions({ 3: [2, 254] }), 255];
    heard(dhcp(answer({ raw })));
    expect(taken()).toBeTrue();
    const granted = [...dhcpOptions({ ...OPTIONS, 53: [ACK], 3: [192, 0] }), ...dhcpOptions({ 3: [2, 254] }), 255];
    heard(dhcp(answer({ raw: granted })));
    lan.waitUntil(() => lan.ip === GIVEN);
    expect(lan.eth.getIP().gateway).toBe(GATEWAY.ip);
  });

  it("may have a router that is no neighbour, or no mask: then there is no gateway, and 255.255.255.0", () => {
    server.silent = false;
    server.options = { 1: [], 3: ipBytes("198.51.100.1") };
    lan.waitUntil(() => lan.ip === GIVEN);
    expect(lan.eth.getIP()).toEqual(jasmine.objectContaining({ subnet: "255.255.255.0", gateway: "0.0.0.0" }));
  });

  it("may be as long as a datagram can be, full of options that nobody knows", () => {
    const strange = Array.from({ length: 100 }, (_, i) => [100 + i, 8, 1, 2, 3, 4, 5, 6, 7, 8]).flat();
    const raw = [...strange, ...dhcpOptions(OPTIONS), ...new Array(204).fill(0), 255];
    expect(dhcp(answer({ raw })).length).toBe(1472);
    expect(heard(dhcp(answer({ raw })))).toEqual({ DHCPS_RCVD: 1 });
    expect(taken()).toBeTrue();
  });
});

/** A generator of numbers from 0 to n - 1 (Park and Miller). */
function randomBelow(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state * 48271) % 0x7fffffff;
    return state % n;
  };
}

describe("Mutated answers of a DHCP server", () => {
  const SEED = 20261128;
  const TIMES = 5000;

  it(`throw nothing, give no impossible address and leak nothing (${TIMES}, seed ${SEED})`, () => {
    const random = randomBelow(SEED);
    const server = new DhcpServer(GATEWAY, GIVEN);
    const lan = new DhcpLan(server);
    let bound = 0;
    const mutate = (bytes: number[]): number[] => {
      const out = bytes.slice();
      for (let n = 1 + random(3); n; n--) {
        const kind = random(5);
        const from = random(4) && out.length > 240 ? 240 : 0;
        const at = from + random(out.length - from + 1);
        if (kind === 0) out[at] = random(256);
        else if (kind === 1) out[at] ^= 1 << random(8);
        else if (kind === 2) out.splice(at, random(20));
        else if (kind === 3) out.splice(at, 0, ...Array.from({ length: random(40) }, () => random(256)));
        else out.length = at;
      }
      return out.slice(0, 1472);
    };
    lan.hears = (_server, fields) => {
      const overloaded: DhcpOptions = random(4) ? {} : { 52: [random(4)] };
      const whole = dhcp({
        ...fields,
        options: { ...fields.options, ...overloaded, 6: ipBytes(GATEWAY.ip), 58: long(60) },
      });
      for (let n = 0; n < 10; n++) {
        const mutated = mutate(whole);
        if (random(8)) mutated.splice(0, 44, ...whole.slice(0, 44)); // is heard, then
        lan.hearsBytes(server, mutated, "255.255.255.255", EVERYBODY);
        lan.wait(0);
      }
    };
    lan.eth.setIP();
    while (lan.net.dhcpstat[lan.net.DHCPS_RCVD] < TIMES) {
      lan.wait(5000 + random(20000));
      lan.log.length = 0;
      if (lan.eth.getStatus().dhcp === "bound") {
        bound++;
        expect(lan.net.in_canhost(lan.net.inet_addr(lan.ip)))
          .withContext(lan.ip)
          .toBeTrue();
        lan.eth.setIP(); // it would seldom be asked anything else
      }
    }
    expect(bound).toBeGreaterThan(0);
    expect(lan.net.dhcpstat[lan.net.DHCPS_BAD]).toBeGreaterThan(TIMES / 20);
    lan.expectPoolsRestored();
  });
});
