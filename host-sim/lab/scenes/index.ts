/**
 * The tour of the book, in its order.
 */
import { ERRATUM } from "./chips";
import { ARP, FRAGMENTS, MBUF } from "./datagrams";
import { HANDSHAKE, HTTP, SLOW_START, ZERO_WINDOW } from "./streams";

export const SCENES = [MBUF, ARP, HANDSHAKE, SLOW_START, ZERO_WINDOW, FRAGMENTS, ERRATUM, HTTP];
