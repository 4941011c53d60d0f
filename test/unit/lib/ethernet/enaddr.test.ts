import { bootKernel } from "../../../lib/kernel";
import { macText } from "../../../lib/packets";

describe("The hardware address of a board whose chip has none", () => {
  function madeFor(serial: string): string {
    const kernel = bootKernel();
    kernel.serial = serial;
    return macText(kernel.net.ether_default("en0"));
  }

  it("is a host's, of those for local use, and always the same", () => {
    const enaddr = madeFor("12345678-9abcdef0-0badcafe");
    expect(enaddr).toMatch(/^02(:[0-9a-f]{2}){5}$/);
    expect(madeFor("12345678-9abcdef0-0badcafe")).toBe(enaddr);
  });

  it("differs between boards whose serial numbers differ by little", () => {
    const kernel = bootKernel();
    const made = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      kernel.serial = `30313030-30303030-0000${i.toString(16).padStart(4, "0")}`;
      made.add(macText(kernel.net.ether_default("en0")));
    }
    expect(made.size).toBe(2000);
  });
});
