/**
 * Goodput of one TCP connection, one way: buffers of 128 bytes to 32 KB at both ends, round trip 100 ms, frames lost at random
 * in both directions; beside the published figures of smoltcp (tests/netsim.rs, snapshot of August 2026).
 *
 *     npm run goodput [-- seeds [buffers [losses]]]      npm run goodput -- 5 2048,8192 0,0.05
 *
 * Figures are bytes a second of virtual time from the SYN to the last byte, and in parentheses how many times smoltcp's. Where
 * few bytes get through fewer are sent: a figure is a rate.
 */
import { tcpLine, transfer } from "../lib/tcp_line";

export const LOSSES = [0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3];

/** smoltcp's, by buffer size and loss. */
export const SMOLTCP: { [buf: number]: number[] } = {
  128: [1279.98, 1255.76, 1054.15, 886.36, 538.66, 227.84, 33.99, 7.18],
  256: [2559.91, 2507.27, 2100.03, 1770.3, 1070.71, 468.24, 66.71, 14.35],
  512: [5119.63, 5011.95, 4172.36, 3531.57, 2098.73, 942.38, 144.73, 29.45],
  1024: [10238.5, 10023.19, 8340.9, 7084.25, 4003.34, 1869.94, 290.74, 60.92],
  2048: [17535.11, 17171.82, 14093.5, 11963.68, 7399.06, 3416.41, 690.5, 126.57],
  4096: [35062.41, 33859.8, 26937.41, 21886.99, 14073.67, 7870.66, 1603.6, 401.79],
  8192: [77374.28, 72992.18, 58490.74, 46527.73, 29421.45, 15515.23, 3737.2, 710.8],
  16384: [161842.28, 159310.62, 127090.53, 104233.16, 55319.33, 27269.28, 7654.51, 1277.32],
  32768: [322944.88, 314779.73, 219670.76, 166587.86, 76626.48, 37774.62, 6079.34, 1156.4],
};

/** What is sent in a cell at most, in bytes. */
const WHOLE = 10485760;
/** What is sent where much is lost: this many buffers. */
function buffersFor(loss: number): number {
  if (loss >= 0.2) return 200;
  return loss >= 0.1 ? 400 : 1200;
}

/** Bytes a second, over `seeds` runs. `part` of the bytes are sent. */
export function goodput(buf: number, loss: number, seeds: number, part = 1): number {
  let received = 0;
  let elapsed = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const line = tcpLine({ delay: 50, loss, seed, mbufs: 480, clusters: 120 });
    const most = buf * buffersFor(loss) * part;
    const result = transfer(line, loss && most < WHOLE ? most : Math.min(WHOLE, buf * 82000 * part), buf, 1e9);
    if (!result.done) throw new Error(`${buf} ${loss}: only ${result.received} bytes came through`);
    received += result.received;
    elapsed += result.elapsed;
  }
  return (received / elapsed) * 1000;
}

function main(args: string[]): void {
  const seeds = Number(args[0] ?? 3);
  const bufs = (args[1] ?? Object.keys(SMOLTCP).join(",")).split(",").map(Number);
  const losses = args[2] ? args[2].split(",").map(Number) : LOSSES;
  console.log(`buf \\ loss${losses.map((loss) => String(loss).padStart(18)).join("")}`);
  for (const buf of bufs) {
    let row = String(buf).padEnd(10);
    for (const loss of losses) {
      const rate = goodput(buf, loss, loss ? seeds : 1);
      row += `${rate.toFixed(2)} (${(rate / SMOLTCP[buf][LOSSES.indexOf(loss)]).toFixed(2)})`.padStart(18);
    }
    console.log(row);
  }
}

if (require.main === module) main(process.argv.slice(2));
