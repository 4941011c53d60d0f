import { bootKernel } from "../../lib/kernel";
import { ipNumber, macBytes, macText } from "../../lib/packets";

describe("Addresses as text", () => {
  const { net } = bootKernel();

  for (const text of ["0.0.0.0", "192.0.2.1", "127.0.0.1", "128.0.0.0", "255.255.255.254", "1.20.255.3"])
    it(`reads and writes ${text}`, () => {
      expect(net.inet_addr(text)).toBe(ipNumber(text));
      expect(net.inet_ntoa(ipNumber(text))).toBe(text);
    });

  it("reads 255.255.255.255 as what also means no address", () => {
    expect(net.inet_addr("255.255.255.255")).toBe(net.INADDR_NONE);
    expect(net.inet_ntoa(-1)).toBe("255.255.255.255");
  });

  for (const text of [
    "",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "1.2.3.256",
    "1.2.3.-4",
    "1.2.3.0x4",
    "1.2.3. 4",
    "1.2.3.4 ",
    "1.2.3.1e1",
    "1.2.3.0004",
    "a.b.c.d",
    "example.org",
  ])
    it(`does not read ${JSON.stringify(text)}`, () => expect(net.inet_addr(text)).toBe(net.INADDR_NONE));

  it("reads what is no text as no address", () => {
    for (const value of [undefined, null, 12, {}, []])
      expect(net.inet_addr(value as unknown as string)).toBe(net.INADDR_NONE);
  });
});

describe("Hardware addresses as text", () => {
  const { net } = bootKernel();

  it("are read in either case, with or without leading zeros, and written in one", () => {
    const text = "02:0a:5e:b0:20:ff";
    for (const other of ["02:0a:5e:b0:20:ff", "02:0A:5E:B0:20:FF", "2:a:5e:b0:20:ff"])
      expect(macText(net.ether_aton(other)!)).toBe(text);
    expect(net.ether_ntoa(Uint8Array.from([1, ...macBytes(text)]), 1)).toBe(text);
  });

  for (const text of [
    "",
    "02:0a:5e:b0:20",
    "02:0a:5e:b0:20:ff:00",
    "02:0a:5e:b0:20:fg",
    "02-0a-5e-b0-20-ff",
    "2::::: ",
  ])
    it(`are not ${JSON.stringify(text)}`, () => expect(net.ether_aton(text)).toBeNull());

  it("are not what is no text", () => {
    for (const value of [undefined, null, 12, {}]) expect(net.ether_aton(value as unknown as string)).toBeNull();
  });
});
