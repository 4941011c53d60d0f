import { MS, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine, type MachineOptions } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { TOY_BUNDLE, type ToyChip, type ToyNet, toyKind } from "./toy_chip";

const CONNECT = "exports.connect = function () { return { setIP: function () {} }; };";

function world(count: number, options: Partial<MachineOptions> = {}) {
  const clock = new VirtualClock();
  const segment = new Segment(clock);
  const printed: string[] = [];
  const machines: Machine[] = [];
  for (let i = 0; i < count; i++) {
    const print = (line: string) => printed.push(line);
    machines.push(
      createMachine({ clock, segment, chip: toyKind, bundle: TOY_BUNDLE, name: `m${i}`, print, ...options }),
    );
  }
  const nets = machines.map((machine) => machine.net as unknown as ToyNet);
  return { clock, segment, printed, machines, nets };
}

describe("A machine", () => {
  it("sends and receives frames through board, SPI, chip and cable", () => {
    const { clock, machines, nets } = world(3);
    machines[0].call(() => nets[0].sendFrame(machines[0].bytes([1, 2, 3])));
    clock.runFor(MS);
    expect(nets.map((net) => net.frames)).toEqual([[], ["\x01\x02\x03"], ["\x01\x02\x03"]]);
    expect(machines.flatMap((machine) => machine.errors)).toEqual([]);
  });

  it("gives the firmware its addresses when it connects", () => {
    const { nets } = world(1, { ip: "10.0.0.2/20", gateway: "10.0.0.1", mac: "02:00:00:00:00:05" });
    expect(nets[0].mac).toBe("02:00:00:00:00:05");
    expect({ ...nets[0].ip }).toEqual({ ip: "10.0.0.2", subnet: "255.255.240.0", gateway: "10.0.0.1" });
    expect(world(1).nets[0].ip).toBeUndefined();
  });

  it("wires the chip's reset, interrupt and clock to the board", () => {
    const { machines } = world(1, { baud: 4_000_000 });
    const chip = machines[0].chip as ToyChip;
    expect([chip.resets, chip.clockRate, chip.link]).toEqual([1, 4_000_000, true]);
    machines[0].port.unplug();
    expect(chip.link).toBe(false);
  });

  it("counts its chip select assertions and bytes", () => {
    const { clock, machines, nets } = world(2);
    machines[1].spi.reset();
    machines[0].call(() => nets[0].sendFrame(machines[0].bytes(10)));
    clock.runFor(MS);
    expect({ ...machines[1].spi }).toEqual({ transactions: 2, bytes: 3 + 11 });
  });

  it("runs an app after the boot program, and further programs later", () => {
    const { clock, printed, machines } = world(1, { app: "print(typeof eth.setIP, typeof require('toy').net);" });
    machines[0].run("print(1 + 1)");
    clock.runFor(0);
    expect(printed).toEqual(["function object", "2"]);
  });

  it("tells what the firmware reports by its error event", () => {
    const { clock, printed } = world(1, { app: 'eth.emit("error", "no chip")' });
    clock.runFor(0);
    expect(printed).toEqual(["no chip"]);
  });

  it("goes on after errors of the firmware, and remembers them", () => {
    const bundle = "exports.net = {}; exports.connect = function () { throw new Error('broken'); };";
    const { printed, machines } = world(1, { bundle });
    expect(printed[0]).toMatch(/^Uncaught Error: broken/);
    expect((machines[0].errors[0] as Error).message).toBe("broken");
  });

  it("differs from other machines in what its random numbers are made from", () => {
    const { machines } = world(2);
    const serial = machines.map((machine) => machine.board.realm.evaluate("getSerial()", "test"));
    expect(serial[0]).not.toBe(serial[1]);
    expect(world(2).machines[1].board.realm.evaluate("getSerial()", "test")).toBe(serial[1]);
  });

  it("takes the system calls from the interface when the bundle exports none", () => {
    const bundle = "exports.connect = function () { return { net: { socket: function () { return 7; } } }; };";
    const { machines } = world(1, { bundle });
    expect(machines[0].net.socket(2, 2, 0)).toBe(7);
    expect(() => world(1, { bundle: CONNECT })).toThrowError(/exports no net/);
  });

  it("is silent once it was stopped", () => {
    const { clock, machines, nets } = world(2);
    machines[1].stop();
    machines[0].call(() => nets[0].sendFrame(machines[0].bytes(4)));
    machines[1].call(() => nets[1].sendFrame(machines[1].bytes(4)));
    clock.runFor(MS);
    expect(nets.map((net) => net.frames)).toEqual([[], []]);
  });

  it("cannot be built of what does not exist", () => {
    expect(() => world(1, { chip: "ne2000" })).toThrowError(/Unknown chip ne2000/);
    expect(() => world(1, { bundle: "dist/none.js" })).toThrowError(/Cannot find the bundle dist\/none.js/);
    expect(() => world(1, { ip: "10.0.0.2" })).toThrowError(/Not an address with a prefix length/);
  });
});
