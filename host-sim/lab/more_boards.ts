/**
 * Further boards on the cable of a simulation, each with an address of its own.
 */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { chips } from "../chips";
import { firmware } from "../firmware";
import { addressNumber, addressText, type NetworkAddress, networkAddress } from "../ipv4";
import { createMachine, type Machine, type MachineOptions } from "../machine";
import { DEFAULT_IP, type Settings } from "../options";
import { readProgram } from "../program";
import { seedFrom } from "../random";
import { restarted } from "../restart";
import type { Simulator } from "../simulator";
import type { BoardTap } from "./board_tap";
import type { LabBoard } from "./lab_board";
import { labBundle } from "./lab_firmware";
import type { Core } from "./messages";

const MOST = 4;

interface Another {
  address: NetworkAddress;
  board: LabBoard;
}

export class MoreBoards {
  private readonly all: Another[] = [];

  constructor(
    private readonly simulator: Simulator,
    private readonly settings: Settings,
    private readonly plugIn: (name: string, info: BoardTap["info"]) => LabBoard,
  ) {}

  /** What DHCP gives the board with this hardware address; undefined: it is none of these. */
  addressOf(mac: string): NetworkAddress | undefined {
    return this.all.find(({ board }) => board.machine?.mac === mac)?.address;
  }

  /** Rejects when there are as many as there may be, or the program cannot be run. */
  async add({ chip, core, app }: { chip: string; core: Core; app: string }): Promise<void> {
    if (this.all.length >= MOST) throw new Error(`there are ${MOST + 1} boards, which is enough`);
    const program = readProgram({ ...this.settings, app, chip });
    const bundles = await firmware(chip, undefined, program, () => {});
    const bundle = core === "javascript" ? await labBundle(chip) : bundles.board;
    const name = `board${this.all.length + 2}`;
    const address = this.nextAddress();
    const board = this.plugIn(name, { chip, core, app: basename(app), baud: chips[chip].baud });
    this.all.push({ address, board });
    const { simulator } = this;
    const options: MachineOptions = {
      clock: simulator.clock,
      segment: simulator.segment,
      chip,
      core,
      bundle,
      name,
      app: readFileSync(app, "latin1"),
      ip: `${address.address}/${address.length}`,
      gateway: this.settings.gateway,
      dns: this.settings.gateway,
      modules: bundles.modules,
      seed: seedFrom(name),
      epoch: Number(simulator.epochNs) / 1e9,
      onSpi: board.tap.onSpi,
      print: board.tap.print,
      onRestart: (runs) => board.began(restarted(board.running, options, runs)),
    };
    simulator.realTime.inject(() => board.began(createMachine(options) as Machine));
  }

  private nextAddress(): NetworkAddress {
    const own = this.settings.ip ?? (networkAddress(DEFAULT_IP) as NetworkAddress);
    return { address: addressText((addressNumber(own.address) ?? 0) + this.all.length + 1), length: own.length };
  }
}
