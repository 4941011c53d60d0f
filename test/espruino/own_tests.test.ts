/**
 * The Espruino project's own tests of net, http and dgram, with our stack as their network: they talk to 127.0.0.1. They
 * are not ours to bring along; the variable ESPRUINO_TESTS names their folder.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHIP } from "../lib/chip";
import { CONNECT } from "./boot";
import { whyNoInterpreter } from "./interpreter";
import { Rig } from "./rig";

const folder = process.env.ESPRUINO_TESTS;
const obstacle = whyNoInterpreter(CHIP) || (folder ? "" : "the variable ESPRUINO_TESTS does not name their folder");
if (obstacle) console.log(`skipped: Espruino's own tests of the network, because ${obstacle}`);

const NAMES = [
  "net_socket",
  "http",
  "http_empty",
  "http_headers",
  "http_nodata",
  "http_post",
  "http_post_chunked",
  "dgram_socket",
  "dgram_multi",
  "dgram_recvBufferSize",
  "dgram_reuseAddr",
];

/**
 * A test throws where Espruino's runner goes on. It also gives up after 100 ms of the wall clock, which is little where
 * others use the machine: it gets three seconds. And `clearTimeout()` without an argument stops every timer there is,
 * the stack's and the rig's with it, upon which the Linux build ends.
 */
function guarded(test: string): string {
  const patient = test.replace(/, 100\);/g, ", 3000);").replace(/clearTimeout\(\);/g, "");
  return `try { eval(${JSON.stringify(patient)}); } catch (e) { print("THREW " + e); }`;
}

describe("Espruino's own test", () => {
  for (const name of NAMES)
    it(`test_${name} passes on a real Espruino over our stack`, async () => {
      if (obstacle) pending(obstacle);
      const file = join(folder as string, `test_${name}.js`);
      if (!existsSync(file)) {
        console.log(`skipped: test_${name}, because ${folder} does not have it`);
        pending("it is not there");
      }
      const rig = new Rig({ program: CONNECT + guarded(readFileSync(file, "latin1")), inMemory: true });
      try {
        await rig.console.line("BOOTED");
        let result = false;
        for (let tries = 0; !result && tries < 100; tries++) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          result = await rig.console.evaluate("!!result");
        }
        expect(result).withContext(rig.console.output).toBeTrue();
      } finally {
        await rig.stop();
      }
    }, 120000);
});
