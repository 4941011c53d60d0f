/**
 * net, http, dgram and url of the simulated board against those of a real Espruino: what programs see of them, line by line.
 */
import { espruino } from "./interpreter";
import { expectedLines, linesOfInterpreter, linesOfSimulation, networkCases } from "./network_cases";

if (!espruino) console.log("skipped: net, http and dgram on a real Espruino, because ESPRUINO does not name one");

describe("The simulated board's net, http, dgram and url", () => {
  for (const name of networkCases)
    it(`do what a real Espruino's have done: ${name}`, () => {
      expect(linesOfSimulation(name)).toEqual(expectedLines(name));
    });
});

describe("A real Espruino's net, http, dgram and url", () => {
  for (const name of networkCases)
    it(`do what they have done before: ${name}`, async () => {
      if (!espruino) pending("ESPRUINO is not set");
      expect(await linesOfInterpreter(name)).toEqual(expectedLines(name));
    }, 60000);
});
