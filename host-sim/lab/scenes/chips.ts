/**
 * A scene in which the chip errs and is put right.
 */
import type { Enc28j60 } from "../../chips/enc28j60";
import { AF_INET, SOCK_DGRAM } from "../../net_calls";
import { BOARD, Scene } from "./scene";

export const ERRATUM = new Scene(
  "erratum",
  "An erratum of the ENC28J60, healed",
  "DS80349C, errata 5 and 14",
  (stage) => {
    const fd = stage.onNeighbour((net) => net.socket(AF_INET, SOCK_DGRAM, 0));
    const say = () => stage.onNeighbour((net) => net.sendto(fd, "are you there?", 0, stage.to(BOARD, 9)));
    stage.onBoard((net) => net.bind(net.socket(AF_INET, SOCK_DGRAM, 0), stage.to("0.0.0.0", 9)));
    say();
    stage.run(200);
    stage.note(
      "spi",
      "How a frame is read",
      "RBM reads the buffer: six bytes in front of each frame say where the next one begins, how long this one is and how it came. Then ERXRDPT gives the room back, and PKTDEC counts it off.",
    );
    (stage.board.chip as Enc28j60).faults.corruptNextPointerNext = 1;
    say();
    say();
    stage.run(100);
    stage.note(
      "netstat",
      "A pointer that leads nowhere",
      "The chip has written a wrong next packet pointer, as errata 5 and 14 tell of. The driver believes no pointer that is odd, outside the ring or not where the length says: it counts 'bad headers' or 'stray pointers' and begins the receive buffer anew, in place of reading garbage for ever.",
    );
    stage.run(3000);
    say();
    stage.run(200);
    stage.note(
      "packets",
      "Heard again",
      "What was in the ring is lost, as on any bad cable; the next datagram arrives in its socket.",
    );
  },
);
