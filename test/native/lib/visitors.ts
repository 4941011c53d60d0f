/**
 * Visitors of a board's pages, on another board.
 */
import { SECOND, type VirtualClock } from "../../../host-sim/clock";
import type { Machine } from "../../../host-sim/machine";

/** Pages of 10.0.0.1 that as many visitors on `peer` get within so many seconds, who all come at once; or their errors. */
export function visit(clock: VirtualClock, peer: Machine, visitors: number, seconds: number): string[] {
  peer.board.realm.evaluate(
    `pages = []; for (var i = 0; i < ${visitors}; i++) require("http").get("http://10.0.0.1/", function (res) {
      var page = "";
      res.on("data", function (d) { page += d; });
      res.on("close", function () { pages.push(page); });
    }).on("error", function (e) { pages.push(e); })`,
    "test",
  );
  clock.runFor(seconds * SECOND);
  return peer.board.realm.global["pages"] as string[];
}
