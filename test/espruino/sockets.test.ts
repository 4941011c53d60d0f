/**
 * The shipped bundle on a real Espruino, from its Storage, against the Linux kernel and other people's programs: the chip
 * is the model, the cable a TAP device. The program is the simulator's own, straight on the system calls.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONNECT } from "./boot";
import { profile, thumb } from "./interpreter";
import { describeLive } from "./live_board";

const services = readFileSync(join(__dirname, "../../host-sim/apps/services.js"), "latin1");

/** The small services are eight sockets; machine code of another profile than "full" has six or eight in all. */
const obstacle = thumb && profile !== "full" ? `the core of the profile "${profile}" has too few descriptors` : "";

describeLive(
  "on a real Espruino, from Storage, the system calls",
  { program: `${CONNECT}${services}` },
  (live, board) => {
    live("answer 50 pings and lose none", "ping", async () => {
      const { output } = await board().run("ping", "-q", "-c", "50", "-i", "0.1", "-W", "10", board().address);
      expect(output).toContain("50 received, 0% packet loss");
    });

    live("answer pings as long as a frame can be", "ping", async () => {
      const { output } = await board().run("ping", "-q", "-c", "5", "-s", "1472", "-W", "10", board().address);
      expect(output).toContain("5 received, 0% packet loss");
    });

    live("echo datagrams to a client of the kernel's", "node", async () => {
      const { output } = await board().run("node", "test/live/udp_client.js", "echo", "40");
      expect(output).toContain("40 intact");
    });

    live("echo 64 KB and more over TCP, byte for byte", "node", async () => {
      const { output } = await board().run("node", "test/live/tcp_client.js", "echo", "70000");
      expect(output).toContain("70000 bytes intact");
      console.log(`the real interpreter's TCP echo: ${output.trim()}`);
    });

    live("lose nothing of their memory to 20 requests more, and 8 clients that reset", "ab", async () => {
      await board().requests(20); // as many connections as TIME_WAIT keeps, and more
      const before = await board().settledCells();
      await board().requests(20);
      expect((await board().run("node", "test/live/tcp_client.js", "abort", "8")).output).toContain("8 aborted");
      await board().requests(10);
      expect(Math.abs((await board().settledCells()) - before)).toBeLessThan(60);
    });
  },
  obstacle,
);
