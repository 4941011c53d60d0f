/**
 * Tells the user what there is to try, when it is there: the board's address, the page behind which there is a server, the
 * ports that lead to somebody who listens.
 */
import { type ClockEvent, MS, type VirtualClock } from "./clock";
import { describe, type Forward, HOST } from "./links/forward";
import type { Machine } from "./machine";
import { type Presence, presenceOf } from "./presence";

/** How often the board is looked at, in its first ten seconds and then, ns. */
const SOON = 100 * MS;
const LATER = 1000 * MS;
const FIRST_LOOKS = 100;
const NO_ADDRESS = "0.0.0.0";

export interface Announced {
  /** Ports of the host that lead to the board; none: hosts on the cable reach it at its own address. */
  forwards: readonly Forward[];
  /** The board has another address than before. */
  moved: (presence: Presence) => void;
}

export class Announcer {
  private readonly told = new Set<string>();
  private address = NO_ADDRESS;
  private looks = 0;
  private next: ClockEvent | undefined;

  /** `tell` takes the lines. */
  constructor(
    private readonly clock: VirtualClock,
    private readonly machine: Machine,
    private readonly announced: Announced,
    private readonly tell: (line: string) => void,
  ) {
    this.later();
  }

  stop(): void {
    this.clock.cancel(this.next);
    this.looks = Number.NaN;
  }

  private later(): void {
    this.next = this.clock.after(this.looks++ < FIRST_LOOKS ? SOON : LATER, () => this.clock.defer(() => this.look()));
  }

  private look(): void {
    if (Number.isNaN(this.looks)) return;
    const presence = presenceOf(this.machine);
    if (presence.ip !== this.address && presence.ip !== NO_ADDRESS) {
      this.address = presence.ip;
      this.told.clear();
      this.once(`address: ${presence.ip}/${presence.length}, ${this.machine.mac}`);
      this.announced.moved(presence);
    }
    if (presence.ip !== NO_ADDRESS) for (const line of this.lines(presence)) this.once(line);
    this.later();
  }

  private lines({ ip, tcp, udp, http }: Presence): string[] {
    const { forwards } = this.announced;
    if (!forwards.length) return http.map((port) => `page:    ${url(ip, port, 80)}`);
    const open = forwards.filter(({ proto, boardPort }) => (proto === "tcp" ? tcp : udp).includes(boardPort));
    const isPage = ({ proto, boardPort }: Forward) => proto === "tcp" && http.includes(boardPort);
    const lines = open.map((forward) =>
      isPage(forward) ? `page:    ${url(HOST, forward.hostPort, 80)}` : `port:    ${describe(forward)}`,
    );
    const hidden = http.filter((port) => !forwards.some((forward) => isPage(forward) && forward.boardPort === port));
    return [
      ...lines,
      ...hidden.map(
        (port) => `page:    at port ${port} of the board: --forward tcp:${8000 + (port % 1000)}:${port} leads there`,
      ),
    ];
  }

  private once(line: string): void {
    if (this.told.has(line)) return;
    this.told.add(line);
    this.tell(line);
  }
}

function url(host: string, port: number, usual: number): string {
  return `http://${host}${port === usual ? "" : `:${port}`}/`;
}
