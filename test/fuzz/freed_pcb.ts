/** Has machine code read a PCB that has been given back, and a queue that is none: what sanitizers are to see (sanitized.test.ts). */
import { Host } from "../lib/host";

const { net } = new Host();
const fd = net.net.socket(net.AF_INET, net.SOCK_DGRAM, 0);
const pcb = net.udb.inp_first!;
net.net.close(fd);
net.in_pcbmatch(pcb, 0, 0, 0, 0);
net.netisr_drops(net.NETISR_MAX);
