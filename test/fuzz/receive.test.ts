import { Fuzzer } from "./receive";

describe("The receive path under mutated frames", () => {
  for (const seed of [1, 2])
    it(`throws nothing, says nothing malformed, and gives all memory back (seed ${seed}, 10,000 frames)`, () => {
      const { frames, said, counts } = new Fuzzer(seed).run(10000);
      expect(frames).toBeGreaterThanOrEqual(10000);
      expect(said).toBeGreaterThan(1000);
      // the mutations get everywhere: each cause for which a packet is dropped has occurred
      for (const name of REACHED) expect(counts[name]).withContext(name).toBeGreaterThan(0);
    });

  const REACHED = [
    ..."if_noproto IPS_BADVERS IPS_BADHLEN IPS_BADLEN IPS_TRUNC IPS_BADSUM IPS_BADSRC IPS_CANTFORWARD".split(" "),
    ..."IPS_BADOPTIONS IPS_FRAGDROPPED IPS_NOPROTO ICPS_OLDIP ICPS_OLDICMP ICPS_TOOSHORT ICPS_CHECKSUM".split(" "),
    ..."ICPS_BADCODE ICPS_BADLEN ICPS_REFLECT ICPS_BMCAST UDPS_HDROPS UDPS_BADSUM UDPS_BADLEN UDPS_NOPORT".split(" "),
    ..."UDPS_NOPORTBCAST UDPS_FULLSOCK UDPS_DELIVERED ARPS_BAD ARPS_REPLIES ARPS_CONFLICT ARPS_DOWN".split(" "),
  ];
});
