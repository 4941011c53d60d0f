/**
 * Scenes with datagrams: an mbuf's life, ARP, fragments.
 */
import { AF_INET, SOCK_DGRAM } from "../../net_calls";
import { BOARD, NEIGHBOUR, Scene, type Stage } from "./scene";

const PORT = 4000;

/** A socket of the neighbour's that takes datagrams. */
function neighbourListens(stage: Stage): void {
  stage.onNeighbour((net) => net.bind(net.socket(AF_INET, SOCK_DGRAM, 0), stage.to("0.0.0.0", PORT)));
}

export const MBUF = new Scene("mbuf", "An mbuf's life through sendto", "Stevens 1.9 and chapter 2", (stage) => {
  neighbourListens(stage);
  const fd = stage.onBoard((net) => net.socket(AF_INET, SOCK_DGRAM, 0));
  stage.onBoard((net) => net.sendto(fd, "warm", 0, stage.to(NEIGHBOUR, PORT))); // so that the address is known
  stage.run(200);
  stage.note(
    "memory",
    "60 bytes are to be sent",
    "The pool is at rest. The program calls sendto with 60 bytes. Step on by 'record' and watch the mbuf in hand: the list at the right says which function has it.",
  );
  stage.onBoard((net) => net.sendto(fd, "x".repeat(60), 0, stage.to(NEIGHBOUR, PORT)));
  stage.run(50);
  stage.note(
    "memory",
    "Headers in front, nothing moved",
    "Step back to see it: sosend left 56 bytes of the mbuf free in front of the data. udp_usrreq put the UDP and IP headers there, ether_output 14 bytes more, chip_put wrote it to the chip in one go, and m_freem gave it back: the pool is as it was.",
  );
  stage.onBoard((net) => net.sendto(fd, "y".repeat(1200), 0, stage.to(NEIGHBOUR, PORT)));
  stage.run(50);
  stage.note(
    "memory",
    "A cluster for what is long",
    "1,200 bytes lie in one cluster, the program's own array: the mbuf with M_EXT only points at it. The headers have an mbuf of their own in front.",
  );
});

export const ARP = new Scene("arp", "ARP: who has 10.0.0.2?", "Stevens chapter 21", (stage) => {
  neighbourListens(stage);
  stage.note(
    "netstat",
    "An empty table",
    "The board has never sent anything to 10.0.0.2: the ARP cache has no entry. Now a program sends it a datagram.",
  );
  const fd = stage.onBoard((net) => net.socket(AF_INET, SOCK_DGRAM, 0));
  stage.onBoard((net) => net.sendto(fd, "hello", 0, stage.to(NEIGHBOUR, PORT)));
  stage.note(
    "memory",
    "The datagram waits",
    "arpresolve found nothing: it broadcast a request and keeps the datagram in the entry's at_hold until the answer comes.",
  );
  stage.run(100);
  stage.note(
    "packets",
    "Request, reply, datagram",
    "Who has 10.0.0.2? goes to everybody, the reply to the board alone, and with it the datagram that waited is on its way.",
  );
  stage.run(200);
  stage.note("netstat", "Complete", "The entry has its hardware address; what follows is sent at once.");
});

/** The parts of a datagram of `length` bytes to the board's port 9, as frames of 8 * n bytes of IP data and the rest. */
function fragments(stage: Stage, length: number): Uint8Array[] {
  const udp = new Uint8Array(8 + length);
  udp.set([0x10, 0, 0, 9, (8 + length) >> 8, (8 + length) & 255]); // no checksum
  const mac = (text: string) => text.split(":").map((byte) => Number.parseInt(byte, 16));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < udp.length; at += 1480) {
    const data = udp.subarray(at, at + 1480);
    const more = at + data.length < udp.length;
    const total = 20 + data.length;
    const off = (more ? 0x2000 : 0) | (at >> 3);
    const ip = [0x45, 0, total >> 8, total & 255, 0x12, 0x34, off >> 8, off & 255, 64, 17, 0, 0];
    const head = Uint8Array.from([...ip, ...NEIGHBOUR.split(".").map(Number), ...BOARD.split(".").map(Number)]);
    let sum = 0;
    for (let i = 0; i < 20; i += 2) sum += (head[i] << 8) | head[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    head.set(
      [~sum >> 8, ~sum & 255].map((byte) => byte & 255),
      10,
    );
    parts.push(
      Uint8Array.from([...mac(stage.board.mac ?? ""), ...mac(stage.neighbour.mac ?? ""), 8, 0, ...head, ...data]),
    );
  }
  return parts;
}

/** In a stack as routers have it, which puts fragments together (RFC 791; RFC 5722 where they overlap). */
const PARTS = 4000;
export const FRAGMENTS = new Scene(
  "fragments",
  "A datagram in fragments",
  "Stevens chapter 10",
  (stage) => {
    const port = stage.segment.attach("sender", () => {});
    const fd = stage.onBoard((net) => {
      const socket = net.socket(AF_INET, SOCK_DGRAM, 0);
      net.bind(socket, stage.to("0.0.0.0", 9));
      return socket;
    });
    stage.note(
      "packets",
      "4,000 bytes do not fit a frame",
      "Their sender made three packets of the datagram: the same identification, offsets 0, 1480 and 2960, and MF, more fragments, in all but the last. Only the first has the UDP header. This sender's come in no order: the last one first.",
    );
    const [first, second, last] = fragments(stage, PARTS);
    for (const frame of [last, first]) {
      port.send(frame);
      stage.run(2);
    }
    stage.note(
      "memory",
      "Two of three",
      "ip_reass keeps what has come, header and all, in the order of the offsets. Who it is for is not known to anybody yet but IP: no socket holds these mbufs. A datagram that stays incomplete is given up after a while, and its sender told.",
    );
    port.send(second);
    stage.run(100);
    stage.note(
      "memory",
      "Put together",
      "The third part filled the hole: ip_reass has linked the chains, and udp_input has put one datagram of 4,000 bytes into the socket's buffer (so_rcv).",
    );
    const came = stage.onBoard((net) => net.recvfrom(fd, 8000, 0, stage.to("0.0.0.0", 0)));
    if (typeof came === "number" || came.length !== PARTS) throw new Error(`the datagram did not come: ${came}`);
    stage.run(10);
    stage.note(
      "netstat",
      "Read",
      "The program has read all of it at once, and the mbufs are free. IP has counted three fragments, and one datagram put together.",
    );
  },
  { profile: "router" },
);
