import { Enc28j60 } from "/work/main/host-sim/chips/enc28j60";
import { AT, Bench, frameTo, OWN, OTHER } from "/work/main/test/chips/enc28j60_bench";
const b = new Bench({faults:{erratum6:false}}).setUp(true);
b.chip.onTransmit = () => {};
const f = frameTo(OWN, 1514);
const c = b.chip;
const t0 = process.hrtime.bigint();
let bytes = 0, x = 0;
for (let n = 0; n < 44000; n++) {
  c.receive(f);
  c.select(); c.transfer(0x3a); for (let i = 0; i < 6 + 1518; i++) x ^= c.transfer(0); c.deselect();
  bytes += 1524;
  const next = c.word("ERDPTL");
  b.write16(AT.ERXRDPT, next === 0 ? 0x19ff : next - 1); b.set(AT.ECON2, 0x40);
}
const t1 = process.hrtime.bigint();
console.log("rx", bytes, Number(t1 - t0) / 1e6, "ms", x, c.violations.length, c.counters.framesIn);
bytes = 0;
for (let n = 0; n < 44000; n++) {
  b.write16(AT.EWRPT, 0x1a00);
  c.select(); c.transfer(0x7a); c.transfer(0); for (let i = 0; i < 1514; i++) c.transfer(f[i]); c.deselect();
  bytes += 1515;
  b.write16(AT.ETXND, 0x1a00 + 1514); b.set(AT.ECON1, 8); b.wait(1300_000);
}
const t2 = process.hrtime.bigint();
console.log("tx", bytes, Number(t2 - t1) / 1e6, "ms", c.counters.framesOut, c.violations.length);
// fuzz
let s = 1; const r = () => (s = (Math.imul(s, 1664525) + 1013904223) >>> 0) >>> 8;
for (let round = 0; round < 300; round++) {
  const k = new Bench({ seed: round, revision: [2,4,5,6][round & 3], faults: { erratum13: true, lateCollision: 0.1, collision: 0.2 }, csTiming: (round & 4) > 0 });
  k.chip.setLink(true); if (round & 8) k.setUp((round & 16) > 0);
  for (let n = 0; n < 3000; n++) {
    const what = r() % 20;
    if (what < 14) { const a = Array.from({length: r() % 5}, () => r() & 255); if (a.length) k.raw(...a); }
    else if (what < 17) k.chip.receive(frameTo(OWN, 14 + r() % 1600), { badCrc: r() % 9 === 0 });
    else if (what < 18) k.wait(r() % 5000000);
    else if (what < 19) k.chip.setLink(r() % 3 > 0);
    else if (r() % 50 === 0) k.chip.powerCycle();
  }
}
console.log("fuzz", Number(process.hrtime.bigint() - t2) / 1e6, "ms");
