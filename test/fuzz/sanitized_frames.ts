/**
 * Some mutated frames, and then what sanitizers must see: machine code reads a PCB that has been given back. The line between is
 * FUZZED. For sanitized.test.ts.
 */
import { Host } from "../lib/host";
import { ConnectionFuzzer } from "./connection";
import { Fuzzer } from "./receive";

export const FUZZED = "-- now what is wrong";

if (require.main === module) {
  new Fuzzer(3).run(300);
  new ConnectionFuzzer(3).run(100);
  console.error(FUZZED);
  const { net } = new Host();
  const fd = net.net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
  const pcb = net.udb.inp_first!;
  net.net.close(fd);
  net.in_pcbmatch(pcb, 0, 0, 0, 0);
}
