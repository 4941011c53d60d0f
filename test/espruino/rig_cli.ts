/**
 * A rig on a TAP device, as a process of its own, so that it can live in a network namespace:
 *
 *     node --import tsx test/espruino/rig_cli.ts TAP OPTIONS.json     (RigOptions)
 *
 * Its console is the interpreter's. SIGUSR1 cuts the board's power for a moment. On SIGTERM it prints a line "RIG {...}"
 * and ends.
 */
import { readFileSync } from "node:fs";
import { TapLink } from "../../host-sim/links/tap";
import { Rig } from "./rig";

/** What the rig tells at its end. */
export interface RigReport {
  /** what went over the wires */
  traffic: Rig["wires"]["traffic"];
  /** rules of the chip's data sheet that were broken */
  violations: string[];
  /** ns that the simulation was too slow for */
  slipped: number;
}

async function main([tap, options]: string[]): Promise<void> {
  const rig = new Rig(JSON.parse(readFileSync(options, "utf8")), (text) => process.stdout.write(text, "latin1"));
  const context = { segment: rig.segment, realTime: rig.realTime, report: console.log };
  const link = new TapLink(tap, context, { address: "10.77.0.1", length: 24, mask: "255.255.255.0" });
  process.stdin.on("data", (data) => rig.console.type(data.toString("latin1")));
  const stop = async () => {
    await rig.stop();
    await link.close();
    const violations = rig.chips[0].violations.map(({ rule, text }) => `${rule} ${text}`);
    const report: RigReport = { traffic: rig.wires.traffic, violations, slipped: rig.realTime.slipped };
    process.stdout.write(`\nRIG ${JSON.stringify(report)}\n`, () => process.exit(0));
  };
  process.on("SIGUSR1", () => rig.powerCycle());
  process.on("SIGTERM", stop);
  rig.console.ended.then(stop);
}

main(process.argv.slice(2));
