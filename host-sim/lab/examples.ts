/**
 * The programs that a board of the lab may run: those of examples/, and the simulator's own services.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHIP_NAMES } from "../chips/names";
import { CORES, type Core, type NewBoard } from "./messages";

const { ROOT } = require("../../tools/root") as { ROOT: string };
const SERVICES = "services.js";

export class Examples {
  private readonly folder = join(ROOT, "examples");
  readonly names: string[];
  private adapted: string | undefined;

  constructor() {
    const all = existsSync(this.folder) ? readdirSync(this.folder).filter((name) => name.endsWith(".js")) : [];
    this.names = [SERVICES, ...all.filter((name) => name !== "two-chips.js").sort()];
  }

  /** What a page asks for, with the program's path. Throws an Error for what there is not. */
  checked({ chip, core, example }: NewBoard): { chip: string; core: Core; app: string } {
    if (!CHIP_NAMES.includes(chip)) throw new Error(`there is no chip ${chip}`);
    if (!CORES.includes(core as Core)) throw new Error(`there is no core ${core}`);
    if (!this.names.includes(example)) throw new Error(`there is no example ${example}`);
    return { chip, core: core as Core, app: this.pathFor(example, chip) };
  }

  /** The examples are for the first chip; for another one its name stands in the program. */
  private pathFor(example: string, chip: string): string {
    if (example === SERVICES) return join(__dirname, "../apps", SERVICES);
    const path = join(this.folder, example);
    if (chip === CHIP_NAMES[0]) return path;
    this.adapted ??= mkdtempSync(join(tmpdir(), "lab-"));
    const copy = join(this.adapted, example);
    writeFileSync(copy, readFileSync(path, "latin1").replaceAll(`"${CHIP_NAMES[0]}"`, `"${chip}"`), "latin1");
    return copy;
  }
}
