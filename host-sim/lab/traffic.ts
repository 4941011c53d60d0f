/**
 * Traffic for a board to have something to do: from the gateway, which is a machine with our own stack.
 */
import type { Machine } from "../machine";
import { AF_INET, SOCK_DGRAM } from "../net_calls";

const DISCARD = 9;

/** What the gateway runs, by what it is called; `ip`: the board's address. */
const PROGRAMS: { [what: string]: (ip: string) => string } = {
  ping: (ip) => `eth.ping("${ip}", {}, function () {});`,
  page: (ip) =>
    `require("http").get("http://${ip}/", function (res) { res.on("data", function () {}); }).on("error", function () {});`,
  stream: (ip) => `(function () {
    var left = 100000;
    var client = require("net").connect({ host: "${ip}", port: 19 }, function (socket) {
      socket.on("data", function (data) { left -= data.length; if (left < 0) socket.end(); });
    });
    client.on("error", function () {});
  })();`,
};

export const TRAFFIC = [...Object.keys(PROGRAMS), "datagrams"];

export class Traffic {
  private fd = -1;

  constructor(private readonly gateway: () => Machine | undefined) {}

  /** Throws an Error where there is no gateway: only `--link user` has one. */
  start(what: string, ip: string): void {
    const program = Object.hasOwn(PROGRAMS, what) ? PROGRAMS[what] : undefined;
    const gateway = this.gateway();
    if (!gateway) throw new Error("the cable leads to no gateway of the simulator's (--link user)");
    if (program) gateway.run(program(ip), "traffic");
    else if (what === "datagrams") for (let i = 0; i < 50; i++) this.datagram(200 + 20 * i, ip);
    else throw new Error(`there is no traffic "${what}"`);
  }

  /** A datagram for the board's port 9. */
  datagram(length: number, ip: string): void {
    const gateway = this.gateway();
    gateway?.call(() => {
      const { net } = gateway;
      if (this.fd < 0) this.fd = net.socket(AF_INET, SOCK_DGRAM, 0);
      const to = { sin_family: AF_INET, sin_addr: net.inet_addr(ip), sin_port: DISCARD };
      net.sendto(this.fd, gateway.bytes(length), 0, to);
    });
  }
}
