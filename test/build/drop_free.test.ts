/**
 * tools/drop_free.js: `free` is in the tests' bundles, where it spoils what is freed, and not in what is shipped.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bootKernel } from "../lib/kernel";

const { withoutFree } = require("../../tools/drop_free") as { withoutFree(code: string): string };

describe("tools/drop_free.js", () => {
  it("takes out the calls and the function, and leaves statements whole", () => {
    const code = "function free(p) { p.a = 0; }\nfunction f(p) { if (p) free(p); else p.b(); free(p.q); }\nf(free_);";
    expect(withoutFree(code).replace(/\s+/g, " ").trim()).toBe("function f(p) { if (p) ; else p.b(); ; } f(free_);");
  });

  it("leaves nothing of it in the shipped bundle", () => {
    for (const name of ["enc28j60", "w5500-raw"])
      expect(readFileSync(join(__dirname, `../../dist/${name}.min.js`), "latin1")).not.toContain("freed");
  });

  it("leaves it in the tests', where a structure is of no use after its end", () => {
    const { net } = bootKernel();
    net.route_init();
    const ifp = {} as never;
    net.rtadd(0, 0, 1, 0, ifp, ifp);
    const rt = net.rt_first()!;
    net.rtdelete(0, 0);
    expect(rt.rt_ifp).toBe("freed" as never);
    expect(net.rt_first()).toBeNull();
  });
});
