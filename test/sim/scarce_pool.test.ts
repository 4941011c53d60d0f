/**
 * Many connections on a board whose pool of mbufs and clusters holds little, that of the small profile, whose program sends back
 * what it reads. What waits to be read must not keep the program from sending, nor what waits to be acknowledged keep the
 * acknowledgements from coming in.
 */
import { SECOND } from "../../host-sim/clock";
import { smallBundle } from "../lib/chip";
import { javascriptOnly } from "../lib/javascript_only";
import { VisitedBoard } from "../lib/visitor";

const app = `require("net").createServer(function (socket) {
  socket.on("data", function (data) { socket.write(data); });
}).listen(7);
function unused() { return Object.values(eth.stats().mbuf).join(); }
var before = unused();`;

describe("A board with few mbufs", () => {
  for (const visitors of [1, 3, 6])
    it(`gets on with ${visitors} that send and receive 20,000 bytes at once, and has all its mbufs afterwards`, async () => {
      if (visitors > 4) javascriptOnly("the small profile's machine code has four connections");
      const house = new VisitedBoard([], { app, bundle: await smallBundle() });
      const visits = Array.from({ length: visitors }, () => house.visit(7));
      const text = Array.from({ length: 20000 }, (_, i) => String.fromCharCode(32 + ((i * 7 + (i >> 7)) % 90))).join(
        "",
      );
      for (const visit of visits) visit.say(text);
      for (let s = 0; s < 40 && visits.some(({ heard }) => heard.length < text.length); s++) house.clock.runFor(SECOND);
      for (const { heard } of visits)
        expect(heard === text)
          .withContext(`${heard.length} bytes`)
          .toBe(true);
      for (const visit of visits) visit.leave();
      house.clock.runFor(20 * SECOND);
      const { realm } = house.board.board;
      const drops = /,\d+$/; // how often there was none
      expect(realm.evaluate<string>("unused()", "test").replace(drops, "")).toBe(
        realm.evaluate<string>("before", "test").replace(drops, ""),
      );
      house.board.stop();
    });
});
