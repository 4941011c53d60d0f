import { bootKernel, type Kernel } from "../../../lib/kernel";

describe("connect()", () => {
  let kernel: Kernel;

  beforeEach(() => {
    kernel = bootKernel();
  });

  const pin = { read: () => false, set: () => {}, reset: () => {} };
  const bus = { send: () => 0, write: () => {}, setup: () => {} };

  /** What is thrown at a program that names these options. */
  function thrown(options: object | undefined): string {
    try {
      return kernel.net.connect_name(options as never, " fullDuplex");
    } catch (error) {
      return (error as Error).message;
    }
  }

  it("names the interface when its options are right, and says nothing", () => {
    const options = { spi: bus, cs: pin, int: pin, rst: pin, sck: pin, miso: pin, mosi: pin, mac: "02:00:00:00:00:01" };
    expect(thrown({ ...options, baud: 1e6, fullDuplex: true })).toBe("en0");
    expect(thrown({ spi: bus, cs: pin, int: undefined, rst: null })).toBe("en0");
    expect(kernel.printed).toEqual([]);
  });

  it("says what it needs", () => {
    const needs = "connect({spi, cs}): SPI bus and chip select pin are needed";
    for (const options of [undefined, {}, { spi: bus }, { cs: pin }]) expect(thrown(options)).toBe(needs);
  });

  for (const spi of [5, "SPI1", true, pin])
    it(`says that ${spi} is no bus`, () => {
      expect(thrown({ spi, cs: pin })).toBe(`spi: not an SPI bus: ${spi}`);
    });

  for (const name of ["cs", "int", "rst", "sck", "miso", "mosi"])
    it(`says that the text of a pin's name, or a number, is no pin: ${name}`, () => {
      expect(thrown({ spi: bus, cs: pin, [name]: "B1" })).toBe(`${name}: not a pin: B1`);
      expect(thrown({ spi: bus, cs: pin, [name]: 17 })).toBe(`${name}: not a pin: 17`);
    });

  it("tells of options that there are not", () => {
    expect(thrown({ spi: bus, cs: pin, irq: pin, reset: pin })).toBe("en0");
    expect(kernel.printed).toEqual(["connect: there is no option irq", "connect: there is no option reset"]);
  });
});
