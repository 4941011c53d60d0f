import { Host, NEIGHBOUR } from "../../../../lib/host";
import { PARAMETER_PROBLEM, SOURCE_ROUTE_FAILED, UNREACHABLE } from "../../../../lib/packets";
import { UdpSocket } from "../../../../lib/udp_socket";

const END = 0;
const NOP = 1;
const RECORD_ROUTE = 7;
const TIMESTAMP = 68;
const LOOSE_ROUTE = 131;
const STREAM_ID = 136;
const STRICT_ROUTE = 137;
const ROUTER_ALERT = 148;
/** of an option of which nobody has ever heard */
const UNKNOWN = 200;

describe("Options of the IP header", () => {
  let host: Host;
  let socket: UdpSocket;

  beforeEach(() => {
    host = new Host();
    host.knows(NEIGHBOUR);
    socket = new UdpSocket(host);
    socket.bind(7);
  });
  afterEach(() => host.expectPoolsRestored());

  const passed: [string, number[]][] = [
    ["no-operation", [NOP, NOP, NOP, NOP]],
    ["end of options", [END]],
    ["anything behind the end of options", [NOP, END, 255, 255, 7, 1, 0, 99]],
    ["record route", [RECORD_ROUTE, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["time stamps", [TIMESTAMP, 8, 5, 0, 0, 0, 0, 0]],
    ["stream identifier", [STREAM_ID, 4, 0, 1]],
    ["router alert", [ROUTER_ALERT, 4, 0, 0]],
    ["an option that nobody has ever heard of", [UNKNOWN, 2, UNKNOWN, 5, 1, 2, 3]],
    ["an option that fills the header to its end", [UNKNOWN, 40, ...Array(38).fill(9)]],
    ["a loose source route that ends here", [LOOSE_ROUTE, 7, 8, 192, 0, 2, 1]],
    ["a strict source route that ends here", [STRICT_ROUTE, 11, 12, 192, 0, 2, 9, 192, 0, 2, 1]],
  ];
  for (const [what, options] of passed)
    it(`are passed over: ${what}`, () => {
      host.hearsUdp({ options, payload: [1, 2, 3] });
      expect(socket.receive()).toEqual({ from: NEIGHBOUR.ip, port: 2000, data: [1, 2, 3] });
      expect(host.said()).toEqual([]);
    });

  const problems: [string, number[], number][] = [
    ["a length of 0", [UNKNOWN, 0, 0, 0], 21],
    ["a length of 1", [NOP, UNKNOWN, 1, 0], 22],
    ["a length beyond the header", [NOP, NOP, UNKNOWN, 3], 23],
    ["a length far beyond the header", [RECORD_ROUTE, 255, 4, 0], 21],
    ["a type without a length", [NOP, NOP, NOP, UNKNOWN], 24],
    ["a source route without a pointer", [LOOSE_ROUTE, 2, 0, 0], 22],
    ["a source route whose pointer is before the route", [STRICT_ROUTE, 7, 3, 192, 0, 2, 1], 22],
    ["a second option that is wrong", [UNKNOWN, 4, 0, 0, UNKNOWN, 9, 0, 0], 25],
  ];
  for (const [what, options, pointer] of problems)
    it(`with ${what} are a parameter problem`, () => {
      const counts = host.counted(() => host.hearsUdp({ options }));
      expect(counts).toEqual({ IPS_TOTAL: 1, IPS_BADOPTIONS: 1, ICPS_ERROR: 1, ICMP_OUT_12: 1, IPS_LOCALOUT: 1 });
      const { icmp } = host.saidOnce();
      expect([icmp!.type, icmp!.code]).toEqual([PARAMETER_PROBLEM, 0]);
      expect([...icmp!.rest]).toEqual([pointer, 0, 0, 0]);
      expect(socket.receive()).toBe(-host.net.EAGAIN);
    });

  for (const route of [LOOSE_ROUTE, STRICT_ROUTE])
    it(`with a source route (${route}) that goes on behind us are refused, for hosts do not forward`, () => {
      const options = [route, 11, 8, 192, 0, 2, 1, 198, 51, 100, 1];
      expect(host.counted(() => host.hearsUdp({ options }))["IPS_BADOPTIONS"]).toBe(1);
      const { icmp } = host.saidOnce();
      expect([icmp!.type, icmp!.code]).toEqual([UNREACHABLE, SOURCE_ROUTE_FAILED]);
      expect([...icmp!.rest]).toEqual([0, 0, 0, 0]);
    });

  it("that are wrong come back whole with the error", () => {
    const options = [NOP, ...Array(36).fill(NOP), UNKNOWN, 99, 7];
    host.hearsUdp({ options, payload: [1, 2, 3] });
    const { icmp } = host.saidOnce();
    expect(icmp!.payload.length).toBe(60 + 8);
    expect([...icmp!.payload.slice(20, 60)]).toEqual(options);
  });

  it("are never sent back: an echo comes without them", () => {
    host.hearsIcmp([8, 0, 0xf7, 0xfd, 0, 1, 0, 1], { options: [RECORD_ROUTE, 7, 4, 0, 0, 0, 0] });
    expect(host.saidOnce().ip!.options.length).toBe(0);
  });
});
