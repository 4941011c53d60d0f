/**
 * Scenes with TCP: the handshake, slow start and a loss, a window of zero, and a page over http.
 */

import { Reader } from "../../decode/reader";
import { segmentOf } from "../../decode/tcp_fields";
import { AF_INET, SOCK_STREAM } from "../../net_calls";
import { BOARD, type Calls, NEIGHBOUR, Scene, type Stage } from "./scene";

const PORT = 5000;
const EAGAIN = -11;
const IPPROTO_TCP = 6;
const TCP_MAXSEG = 2;

/** The neighbour listens, and the board connects to it, with segments of `mss` bytes at most: the two descriptors. */
function connected(stage: Stage, mss = 1460): { board: number; neighbour: number } {
  const listener = stage.onNeighbour((net) => {
    const fd = net.socket(AF_INET, SOCK_STREAM, 0);
    net.bind(fd, stage.to("0.0.0.0", PORT));
    net.listen(fd, 2);
    return fd;
  });
  const board = stage.onBoard((net) => {
    const fd = net.socket(AF_INET, SOCK_STREAM, 0);
    net.setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, mss);
    net.connect(fd, stage.to(NEIGHBOUR, PORT));
    return fd;
  });
  stage.run(300);
  const neighbour = stage.onNeighbour((net) => net.accept(listener, stage.to("0.0.0.0", 0)));
  return { board, neighbour };
}

/** The machine sends `left` bytes as fast as TCP takes them. */
function pour(stage: Stage, net: Calls, fd: number, bytes: number): void {
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const n = net.send(fd, "z".repeat(Math.min(left, 1460)), 0);
      if (n <= 0) return;
      left -= n;
    }
  };
  net.setupcall(fd, more);
  stage.board.call(more);
}

/** The neighbour reads whatever comes. */
function drain(stage: Stage, fd: number): void {
  stage.onNeighbour((net) => {
    const read = () => {
      for (;;) {
        const data = net.recv(fd, 1460, 0);
        if (typeof data === "number" || !data.length) return;
      }
    };
    net.setupcall(fd, read);
    stage.neighbour.call(read);
  });
}

export const HANDSHAKE = new Scene("handshake", "The three-way handshake", "Stevens 24.4 and chapter 28", (stage) => {
  const listener = stage.onBoard((net) => {
    const fd = net.socket(AF_INET, SOCK_STREAM, 0);
    net.bind(fd, stage.to("0.0.0.0", 80));
    net.listen(fd, 4);
    return fd;
  });
  stage.run(10);
  stage.note(
    "netstat",
    "Somebody listens",
    "The board has a socket in LISTEN at port 80, with room for four connections.",
  );
  const fd = stage.onNeighbour((net) => {
    const socket = net.socket(AF_INET, SOCK_STREAM, 0);
    net.connect(socket, stage.to(BOARD, 80));
    return socket;
  });
  stage.run(200);
  stage.note(
    "packets",
    "SYN, SYN ACK, ACK",
    "Each SYN takes one sequence number and brings options: the largest segment, the window's scale, SACK, timestamps. The ACK of the second one makes it a connection on both sides.",
  );
  const name = stage.to("0.0.0.0", 0);
  const taken = stage.onBoard((net) => net.accept(listener, name));
  stage.note(
    "netstat",
    "From so_q0 to so_q to a descriptor",
    "While it was half open the connection waited in the listener's so_q0; with the ACK it went to so_q, and accept gave the program its descriptor.",
  );
  stage.onNeighbour((net) => net.close(fd));
  stage.run(200);
  stage.onBoard((net) => net.close(taken));
  stage.run(400);
  stage.note(
    "packets",
    "FIN, ACK, FIN, ACK",
    "Each direction ends by itself. The side that closed first stays in TIME_WAIT for a while: here the neighbour.",
  );
});

export const SLOW_START = new Scene(
  "slowstart",
  "Slow start, and a loss",
  "Stevens 25.9 and chapter 27; RFC 5681, 6675",
  (stage) => {
    let data = 0;
    stage.segment.tap((_t, frame, from) => {
      const isData = from === "board" && (segmentOf(frame)?.length ?? 0) > 0;
      stage.segment.faults.loss = isData && ++data === 30 ? 1 : 0; // the thirtieth segment of data
    });
    const { board, neighbour } = connected(stage, 100);
    drain(stage, neighbour);
    stage.onBoard((net) => pour(stage, net, board, 14_000));
    stage.run(70);
    stage.note(
      "tcp",
      "The window opens",
      "Segments of 100 bytes, so that the board's memory is not the limit; the path takes 40 ms there and back. The first ten go at once (RFC 6928). Each ACK then lets cwnd grow by what it acknowledges: twice as much is in flight from one round trip to the next.",
    );
    stage.run(130);
    stage.note(
      "tcp",
      "One segment was lost",
      "What came behind the hole is acknowledged selectively (the thin bars), and the number that is asked for stands still. When that has told enough the hole is sent again, marked R, without waiting for a timeout, and cwnd is halved. The neighbour has memory for ten segments behind a hole: what it had to drop beyond that is missing as well, and is sent again a round trip later.",
    );
    stage.run(700);
    stage.note(
      "tcp",
      "All of it arrived",
      "cwnd fell to ssthresh with the loss. From there on it grows by about a segment in each round trip, no more by doubling: congestion avoidance.",
    );
  },
  { faults: { delayMs: 20 }, brief: true },
);

export const ZERO_WINDOW = new Scene(
  "zerowindow",
  "A window of zero",
  "Stevens 25.6 and 26.7",
  (stage) => {
    const { board, neighbour } = connected(stage);
    stage.note(
      "tcp",
      "Nobody reads",
      "The board sends, but the program at the other end does not read: each ACK offers less, until the window is 0. The yellow line is the window's edge: what is sent never passes it.",
    );
    stage.onBoard((net) => pour(stage, net, board, 30_000));
    stage.run(9000);
    stage.note(
      "timers",
      "The persist timer",
      "With a window of 0 nothing may be sent, and should the update be lost both would wait for ever. So TCPT_PERSIST sends a probe of one byte now and then, each time after a longer wait.",
    );
    drain(stage, neighbour);
    stage.run(2500);
    stage.note("tcp", "It reads again", "A window update, and the stream goes on where it stood.");
  },
  { brief: true },
);

const PAGE = `require("http").createServer(function (req, res) {
  res.writeHead(200, { "Content-Type": "text/html" });
  res.end("<h1>Hello</h1>" + "The quick brown fox jumps over the lazy dog. ".repeat(40));
}).listen(80);`;

export const HTTP = new Scene(
  "http",
  "A page over http",
  "Stevens volume 3, chapter 13",
  (stage) => {
    stage.note(
      "netstat",
      "A server of five lines",
      "Espruino's http has asked NetworkJS for a socket, which asked the stack: a listener at port 80. A browser is about to come.",
    );
    let answer = "";
    const fd = stage.onNeighbour((net) => net.socket(AF_INET, SOCK_STREAM, 0));
    stage.onNeighbour((net) => {
      let asked = false;
      net.setupcall(fd, () => {
        if (!asked) asked = net.send(fd, "GET / HTTP/1.0\r\nHost: board\r\n\r\n", 0) > 0;
        for (;;) {
          const data = net.recv(fd, 1460, 0);
          if (data === EAGAIN || typeof data === "number" || !data.length) return;
          answer += new Reader(data).text(0, data.length);
        }
      });
      net.connect(fd, stage.to(BOARD, 80));
    });
    stage.run(1500);
    stage.note(
      "packets",
      `${answer.length} bytes of answer`,
      "The request came in one segment (GET / is in the list), the answer in two. The server's FIN says that this was all.",
    );
    stage.onNeighbour((net) => net.close(fd));
    stage.run(500);
    stage.note(
      "spi",
      "What it cost",
      "Every frame is a burst on the SPI bus: look how few transactions there are between two packets.",
    );
  },
  { app: PAGE },
);
