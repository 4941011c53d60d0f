/**
 * The simulated board against a real Espruino: what programs see of it, line by line (cases.ts).
 */
import { boardCases, type Cases, networkCases } from "./cases";
import { espruino } from "./interpreter";

if (!espruino) console.log("skipped: the simulated board beside a real Espruino, because ESPRUINO does not name one");

function compare(what: string, cases: Cases): void {
  describe(`The simulated board's ${what}`, () => {
    for (const name of cases.names)
      it(`do what a real Espruino's have done: ${name}`, () => {
        expect(cases.ofSimulation(name)).toEqual(cases.expected(name));
      });
  });

  describe(`A real Espruino's ${what}`, () => {
    for (const name of cases.names)
      it(`do what they have done before: ${name}`, async () => {
        if (!espruino) pending("ESPRUINO is not set");
        expect(await cases.ofInterpreter(name)).toEqual(cases.expected(name));
      }, 60000);
  });
}

compare("net, http, dgram and url", networkCases);
compare("modules, Storage, pipes and devices", boardCases);
