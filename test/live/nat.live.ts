/**
 * A Linux namespace that reaches another by the address that the simulated board shares: `npm run nat`. Takes minutes, so `npm test` has
 * only what test/sim/router.test.ts shows of it.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MachineOptions } from "../../host-sim/machine";
import { RouterNamespaces } from "../lib/router_namespaces";
import { liveSpecs, whyNoNamespace } from "./namespace";

const obstacle = whyNoNamespace();
if (obstacle) console.log(`skipped: address translation between namespaces, because ${obstacle}`);

/** Bytes that curl fetches, and connections that stand at a time: fewer where the memory for sessions (NAT_MAX) is set aside. */
const SIZE = 10_000_000;
const many = (core: MachineOptions["core"]) => (core === "native" ? 40 : 100);

const NAT = 'en1.setNAT(true); en1.forwardPort("add", { port: 8080, to: "10.0.1.2", toPort: 8000 });';

const BOARDS: [[string, string], MachineOptions["core"]][] = [
  [["enc28j60", "w5500-raw"], "javascript"],
  [["w5500-raw", "w5500-raw"], "javascript"],
  [["enc28j60", "w5500-raw"], "native"],
  [["enc28j60", "enc28j60"], "native"],
  [["w5500-raw", "w5500-raw"], "native"],
];

/** Opens connections to a server, all at once, and has each byte of each answered. */
const connections = (count: number) => `
import socket, sys
socks = [socket.create_connection(("10.0.2.2", 7000), 20) for i in range(${count})]
for i, s in enumerate(socks): s.sendall(b"%d" % i)
got = [s.recv(100) for s in socks]
print("right" if got == [b"%d 10.0.2.1" % i for i in range(${count})] else got)
`;
const SERVER = `
import socketserver
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(self.request.recv(100) + b" " + self.client_address[0].encode())
        self.request.recv(100)
class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 200
    allow_reuse_address = True
Server(("0.0.0.0", 7000), Echo).serve_forever()
`;
/** Datagrams of all kinds of lengths, each answered by the same, and by where it came from. */
const DATAGRAMS = `
import socket
right = 0
for i in range(200):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(3)
    data = bytes((i * k) & 255 for k in range(1 + i * 7))
    s.sendto(data, ("10.0.2.2", 7001))
    got, sender = s.recvfrom(2000)
    right += got == data + b"10.0.2.1" and sender == ("10.0.2.2", 7001)
print(right)
`;
const DATAGRAM_SERVER = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 7001))
while True:
    data, sender = s.recvfrom(2000)
    s.sendto(data + sender[0].encode(), sender)
`;

for (const [kinds, core] of BOARDS)
  describe(`A board with ${kinds.join(" and ")}, its stack ${core}, that shares its address`, () => {
    const live = liveSpecs(obstacle);
    let net: RouterNamespaces;
    let folder: string;
    const python = (program: string) => net.left.run("python3", "-c", program);
    const hash = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

    beforeAll(async () => {
      if (obstacle) return;
      folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
      net = await RouterNamespaces.start({ kinds, core, more: NAT }, [true, false]);
      await net.right.run("ip", "addr", "add", "203.0.113.5/32", "dev", "lo");
      net.run('en1.route("add", { to: "default", gateway: "10.0.2.2" });');
      const content = Buffer.alloc(SIZE);
      for (let i = 0; i < SIZE; i++) content[i] = (i * 7 + (i >> 8) * 13 + (i >> 16)) & 255;
      writeFileSync(join(folder, "content"), content);
      for (const namespace of [net.left, net.right]) {
        namespace.serve("python3", "-m", "http.server", "8000", "--directory", folder);
        await namespace.until(async () => (await namespace.run("curl", "-sf", "http://127.0.0.1:8000/")).status === 0);
      }
      net.right.serve("python3", "-c", SERVER);
      net.right.serve("python3", "-c", DATAGRAM_SERVER);
      await net.left.until(async () => (await net.left.run("ping", "-c1", "-W1", "10.0.2.2")).status === 0, 20);
    }, 60000);

    afterAll(async () => {
      if (obstacle) return;
      await net.end();
      rmSync(folder, { recursive: true, force: true });
    }, 30000);

    live("passes pings, large ones in fragments", "ping", async () => {
      for (const size of ["56", "4000"]) {
        const { output } = await net.left.run("ping", "-q", "-c", "20", "-i", "0.1", "-s", size, "10.0.2.2");
        expect(output).toContain(" 0% packet loss");
      }
    });

    live("is on the way that traceroute sees, and lets the answers in", "traceroute", async () => {
      for (const how of [[], ["-I"], ["-T", "-p", "8000"]]) {
        const { output } = await net.left.run("traceroute", "-n", "-q", "1", "-w", "2", ...how, "203.0.113.5");
        expect(output)
          .withContext(how.join(" "))
          .toMatch(/ 1 {2}10\.0\.1\.1 .*\n 2 {2}203\.0\.113\.5 /);
      }
    });

    live(
      "passes ten megabytes, intact",
      "curl",
      async () => {
        const got = join(folder, "got");
        const began = Date.now();
        expect((await net.left.run("curl", "-sf", "-o", got, "http://10.0.2.2:8000/content")).status).toBe(0);
        expect(hash(got)).toBe(hash(join(folder, "content")));
        console.log(`${kinds} ${core}: 10 MB in ${(Date.now() - began) / 1000} s`);
      },
      300000,
    );

    live(`passes ${many(core)} connections at a time, all of them from its own address`, "python3", async () => {
      expect((await python(connections(many(core)))).output).toBe("right\n");
    });

    live("passes datagrams of all lengths", "python3", async () => {
      expect((await python(DATAGRAMS)).output).toBe("200\n");
    });

    live("tells of a port where nobody is", "curl", async () => {
      const { output } = await net.left.run("curl", "-sS", "-m", "5", "http://10.0.2.2:9/");
      expect(output).toMatch(/refused|Failed to connect/);
    });

    live("lets those outside in where a rule says so, and nowhere else", "curl", async () => {
      const head = (url: string, from = net.right) => from.run("curl", "-sIf", "-m", "5", url);
      expect((await head("http://10.0.2.1:8080/content")).output).toContain(`Content-Length: ${SIZE}`);
      expect((await head("http://10.0.2.1:8080/content", net.left)).output).toContain(`Content-Length: ${SIZE}`);
      expect((await head("http://10.0.2.1:8000/content")).status).not.toBe(0);
      await net.right.run("ip", "route", "add", "10.0.1.0/24", "via", "10.0.2.1");
      expect((await head("http://10.0.1.2:8000/content")).status).not.toBe(0);
      await net.right.run("ip", "route", "del", "10.0.1.0/24");
    });
  });
