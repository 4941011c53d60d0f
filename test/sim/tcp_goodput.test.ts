import { javascriptOnly } from "../lib/javascript_only";
import { goodput, SMOLTCP } from "./tcp_goodput";

/** Losses, and goodput in bytes a second for a tenth of the grid's transfers, seed 1; `npm run goodput` has the grid itself. */
const LOSSES = [0, 0.01, 0.05, 0.2];
const SNAPSHOT: { [buf: number]: number[] } = {
  128: [1279, 1204, 957, 141],
  1024: [10239, 9637, 7469, 1098],
  4096: [40952, 34790, 25433, 3947],
  32768: [326151, 247158, 177428, 10525],
};
/** smoltcp's figures for the same losses. */
const COLUMNS = [0, 2, 4, 6];

describe("TCP's goodput at 100 ms round trip", () => {
  beforeEach(() => javascriptOnly("its pool, for a path of 32 KB, is larger than a native core's may be"));

  for (const buf of Object.keys(SNAPSHOT).map(Number))
    LOSSES.forEach((loss, i) => {
      it(`with buffers of ${buf} bytes and ${loss * 100} % loss is no less than it was, and than smoltcp's`, () => {
        const rate = goodput(buf, loss, 1, 0.1);
        expect(rate).toBeGreaterThan(SNAPSHOT[buf][i] * 0.98);
        expect(rate).toBeGreaterThan(SMOLTCP[buf][COLUMNS[i]] * 0.999);
      });
    });

  it("with buffers of 128 bytes and 30 % loss is no less than smoltcp's: a lost acknowledgement makes no round trip long", () => {
    expect(goodput(128, 0.3, 3)).toBeGreaterThan(SMOLTCP[128][7]);
  });
});
