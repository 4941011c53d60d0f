/**
 * The common registers (block 0).
 */
import { Mr } from "./bits";
import type { Core } from "./core";
import type { Phy } from "./phy";
import { Access, COMMON, COMMON_LAYOUT, type CommonName } from "./registers";

/** What the common registers show and set off elsewhere in the chip. */
export interface CommonSurroundings {
  /** SIR: bit n is 1 while socket n has a flag that it lets through. */
  socketFlags(): number;
  /** A flag or a mask has changed. */
  flagsChanged(): void;
  softReset(): void;
  softResetting(): boolean;
  /** VERSIONR is readable: not so for a while after a reset. */
  versionReady(): boolean;
}

export class CommonRegisters {
  readonly bytes = new Uint8Array(COMMON_LAYOUT.reset);

  constructor(
    private readonly core: Core,
    private readonly phy: Phy,
    private readonly surroundings: CommonSurroundings,
  ) {}

  reset(): void {
    this.bytes.set(COMMON_LAYOUT.reset);
  }

  word(name: CommonName): number {
    return (this.bytes[COMMON[name]] << 8) | this.bytes[COMMON[name] + 1];
  }

  /** SIR and IR behind their masks. */
  pending(): boolean {
    const { bytes } = this;
    const sockets = this.surroundings.socketFlags() & bytes[COMMON.SIMR];
    return (sockets | (bytes[COMMON.IR] & bytes[COMMON.IMR])) !== 0;
  }

  read(address: number): number {
    switch (address) {
      case COMMON.MR:
        return this.surroundings.softResetting() ? Mr.RST : this.bytes[COMMON.MR];
      case COMMON.SIR:
        return this.surroundings.socketFlags();
      case COMMON.PHYCFGR:
        return this.phy.read();
      case COMMON.VERSIONR:
        return this.surroundings.versionReady() ? this.core.settings.version : 0;
      default:
        return this.bytes[address] ?? 0;
    }
  }

  write(address: number, value: number): void {
    const access = COMMON_LAYOUT.access[address] ?? Access.NONE;
    if (access === Access.NONE) this.core.violate("unknown-register", `0x${address.toString(16)}`);
    else if (access === Access.READ) this.core.violate("read-only-register", `0x${address.toString(16)}`);
    else this.change(address, value);
  }

  private change(address: number, value: number): void {
    if (address === COMMON.MR) this.writeMode(value);
    else if (address === COMMON.PHYCFGR) this.phy.write(value);
    else if (address === COMMON.IR) this.bytes[address] &= ~value;
    else this.bytes[address] = value;
    if (address >= COMMON.INTLEVEL && address <= COMMON.SIMR) this.surroundings.flagsChanged();
  }

  private writeMode(value: number): void {
    if (value & Mr.RST) this.surroundings.softReset();
    else this.bytes[COMMON.MR] = value;
  }
}
