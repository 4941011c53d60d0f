/**
 * I2C and OneWire with nobody on the bus: I2C is pulled up and nobody acknowledges, which STM32 boards tell after they have
 * waited; OneWire hears no presence pulse, and reads ones. Espruino: src/jswrap_spi_i2c.c, targets/stm32/jshardware.c,
 * src/jswrap_onewire.c.
 */
import { MS, type VirtualClock } from "../clock";
import { bytesOf } from "./bytes";
import type { Pins } from "./pins";
import type { Realm } from "./realm";

const I2C_PORTS = 3;
/** How long a board waits for an answer on I2C: two million rounds of its loop. ns */
const I2C_WAIT = 400 * MS;
const CLASSES = { I2C: "setup writeTo readFrom readReg", OneWire: "reset select skip write read search" };

/** The globals of programs. */
export function busGlobals(
  realm: Realm,
  clock: VirtualClock,
  pins: Pins,
  internalError: (message: string) => Error,
): Record<string, unknown> {
  const wait = (what: string): never => {
    clock.advance(I2C_WAIT);
    throw internalError(`Timeout on I2C ${what}`);
  };
  const i2cWrite = (...data: unknown[]) => (bytesOf(...data).length ? wait("Write Transmit Mode 2") : undefined);
  const i2cRead = (count: unknown) => (Number(count) > 0 ? wait("Read Receive Mode") : undefined);
  const wires = new WeakMap<object, boolean>();
  const onWire = <T>(wire: object, value: T) => (wires.get(wire) ? value : undefined);
  const { I2C, OneWire } = realm.classes<object>(CLASSES, {
    setup: () => {},
    writeTo: (_bus: object, _address: unknown, ...data: unknown[]) => i2cWrite(...data),
    readFrom: (_bus: object, _address: unknown, count: unknown) => i2cRead(count),
    readReg: (_bus: object, _address: unknown, register: number) => i2cWrite(register),
    reset: (wire: object) => onWire(wire, false) ?? false,
    select: (wire: object, rom: unknown) => {
      if (wires.get(wire) && (typeof rom !== "string" || rom.length !== 16))
        throw realm.typeError(`Invalid OneWire device address ${JSON.stringify(rom)}`);
    },
    skip: () => {},
    write: () => {},
    read: (wire: object, count: unknown) =>
      onWire(wire, typeof count === "number" ? realm.bytes(new Uint8Array(count).fill(255)) : 255),
    search: (wire: object) => onWire(wire, realm.array([])),
  });
  function OneWireAt(pin: unknown): object {
    const wire = new OneWire();
    wires.set(wire, pins.from(pin) !== undefined);
    return wire;
  }
  OneWireAt.prototype = OneWire.prototype;
  Object.defineProperty(I2C, "find", { value: () => undefined });
  const ports = Array.from({ length: I2C_PORTS }, (_, i) => [`I2C${i + 1}`, new I2C()]);
  return { I2C, OneWire: OneWireAt, ...Object.fromEntries(ports) };
}
