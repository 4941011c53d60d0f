import { bootKernel } from "../../../lib/kernel";
import { equipRealm } from "../../../lib/realm";

describe("The hardware address of a board whose chip has none", () => {
  function madeFor(serial: string): string {
    const { net } = bootKernel();
    equipRealm(net, serial);
    return net.ether_default("en0");
  }

  it("is a host's, of those for local use, and always the same", () => {
    const enaddr = madeFor("12345678-9abcdef0-0badcafe");
    expect(enaddr.length).toBe(6);
    expect(enaddr.charCodeAt(0)).toBe(2);
    expect(madeFor("12345678-9abcdef0-0badcafe")).toBe(enaddr);
  });

  it("differs between boards whose serial numbers differ by little", () => {
    const { net } = bootKernel();
    const made = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      equipRealm(net, `30313030-30303030-0000${i.toString(16).padStart(4, "0")}`);
      made.add(net.ether_default("en0"));
    }
    expect(made.size).toBe(2000);
  });
});
