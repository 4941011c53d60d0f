/**
 * The routing table in native code: a pool of routes that ends, and gets back what is deleted.
 */
import { Random } from "../../host-sim/random";
import { hostCompiler } from "../../tools/native/host";
import { javascriptOnly } from "../lib/javascript_only";
import { bootKernel } from "../lib/kernel";
import { CORE_VERBS, coreOf, reader, translatedCore } from "./lib/core";
import { compileNative } from "./lib/house";

const FIELDS = ["rt_dst", "rt_mask", "rt_gateway", "rt_flags", "rt_mtu"];

describe("Routes of native code", () => {
  beforeEach(() => {
    javascriptOnly("it is JavaScript that this is compared with");
    if (!hostCompiler()) pending("needs gcc or clang");
  });

  it("are added, found and deleted as in JavaScript, until there is no more room (seed 5)", () => {
    const translation = translatedCore();
    compileNative(translation, CORE_VERBS, (native) => {
      const { net } = bootKernel();
      const core = coreOf(native, translation, CORE_VERBS);
      const random = new Random(5);
      const readRoute = reader(translation, "Rtentry");
      const ours = [{}, {}] as never[];
      const theirs = [Buffer.alloc(64), Buffer.alloc(64)];
      const answers = new Set<number>();
      net.route_init();
      core["route_init"]();
      for (let i = 0; i < 3000; i++) {
        const dst = random.below(4) << 24;
        const mask = random.chance(0.1) ? 0 : -1 << (22 + random.below(10));
        const which = random.below(2);
        const [expected, answer] = random.chance(0.7)
          ? [
              net.rtadd(dst, mask, i, 0, ours[which], ours[which]),
              core["rtadd"](dst, mask, i, 0, theirs[which], theirs[which]),
            ]
          : [net.rtdelete(dst, mask), core["rtdelete"](dst, mask)];
        answers.add(expected);
        expect(answer).withContext(`step ${i}`).toBe(expected);
        if (random.chance(0.01)) {
          net.rtflush(ours[which]);
          core["rtflush"](theirs[which]);
        }
        const found = core["rtlookup"](dst | 5);
        const rt = net.rtlookup(dst | 5);
        expect(found ? readRoute(found)["rt_gateway"] : null).toBe(rt ? rt.rt_gateway : null);
        expect(routesOf(core["rt_first"](), readRoute)).withContext(`step ${i}`).toEqual(jsRoutes(net.rt_first()));
      }
      expect([...answers].sort((a, b) => a - b)).toEqual([0, net.EEXIST, net.ENETUNREACH, net.ENOBUFS]);
      expect(native.faults()).toBe(0);
    });
  });
});

function routesOf(first: unknown, read: (at: unknown) => { [field: string]: unknown }): unknown[] {
  const routes: unknown[] = [];
  for (let at = first; at; ) {
    const rt = read(at);
    routes.push(FIELDS.map((field) => rt[field]));
    at = rt["rt_next"];
  }
  return routes;
}

function jsRoutes(first: unknown): unknown[] {
  const routes: unknown[] = [];
  for (let rt = first as { [field: string]: unknown } | null; rt; rt = rt["rt_next"] as never)
    routes.push(FIELDS.map((field) => rt![field]));
  return routes;
}
