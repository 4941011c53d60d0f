/**
 * Run by tap_link.test.ts in a network namespace: a segment on a TAP device, with a station that answers ARP requests
 * for 10.77.0.2. Ends when its standard input does, by closing the link, and must come to its end by itself then.
 */
import { VirtualClock } from "../../host-sim/clock";
import { LinkError } from "../../host-sim/links/link";
import { TapLink } from "../../host-sim/links/tap";
import { RealTime } from "../../host-sim/realtime";
import { Segment } from "../../host-sim/segment";

const MAC = [0x02, 0, 0, 0, 0, 0x77];
const IP = [10, 77, 0, 2];

const clock = new VirtualClock();
const segment = new Segment(clock);
const realTime = new RealTime(clock);
const station = segment.attach("station", (frame) => {
  const isRequest =
    frame[12] === 8 && frame[13] === 6 && frame[21] === 1 && IP.every((byte, i) => frame[38 + i] === byte);
  if (!isRequest) return;
  console.log(`request of ${frame.length} bytes`);
  const [mac, ip] = [frame.subarray(6, 12), frame.subarray(28, 32)];
  station.send(Uint8Array.from([...mac, ...MAC, ...frame.subarray(12, 20), 0, 2, ...MAC, ...IP, ...mac, ...ip]));
});

try {
  const link = new TapLink(
    process.argv[2],
    { segment, realTime, report: console.log },
    { address: "10.77.0.1", length: 24, mask: "255.255.255.0" },
  );
  realTime.start();
  console.log(link.description);
  process.stdin.resume().on("end", async () => {
    await link.close();
    realTime.stop();
    console.log("closed");
  });
} catch (error) {
  if (!(error instanceof LinkError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
