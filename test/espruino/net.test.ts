/**
 * Espruino's own net and dgram over the bundle, on the real interpreter, against Node's sockets on the Linux kernel.
 */
import type { ChildProcess } from "node:child_process";
import { profile, thumb } from "./interpreter";
import { describeLive } from "./live_board";
import { program } from "./programs";

const SLACK = 20;
/** Connections at once beside two servers; machine code with little memory has six descriptors, two of which are a program's own. */
const MANY = thumb && profile !== "full" ? 2 : 4;

describeLive("Espruino's net, on a real Espruino,", { program: program("net"), inMemory: true }, (live, board) => {
  let servers: ChildProcess;
  let heard = "";

  beforeAll(async () => {
    if (!board()) return;
    servers = board().spawn("node", "test/espruino/peers.js", "servers");
    servers.stdout?.on("data", (text) => (heard += text));
    await new Promise((resolve) => servers.stdout?.once("data", resolve));
  }, 60000);
  afterAll(() => servers?.kill());

  live("echoes 70,000 bytes, none lost", "node", async () => {
    expect(await board().peer("echo", 70000)).toBe("70000 bytes intact");
  });

  live("sends 64 KB as fast as the peer takes them, none lost, and closes", "node", async () => {
    expect(await board().peer("source")).toBe("65536 bytes intact");
  });

  live("connects, sends 64 KB and takes 64 KB, none lost in either direction", "node", async () => {
    await board().console.evaluate('exchange("big", 8007)');
    expect(await board().console.line("CLIENT big", 60000)).toBe("65536 good");
    expect(heard).toContain("EXCHANGED 65536 good");
  });

  live("is told of a port where nobody listens, and of a peer that resets", "node", async () => {
    await board().console.evaluate('exchange("refused", 4)');
    expect(await board().console.line("CLIENT refused", 60000)).toBe("error -9");
    await board().console.evaluate('exchange("reset", 8009)');
    expect(await board().console.line("CLIENT reset", 60000)).toBe("error -9");
  });

  live(`has ${MANY} connections open at once, and keeps no memory of those that are gone`, "node", async () => {
    const open = async (count: number) => {
      const start = Date.now();
      while ((await board().console.evaluate("stats.opened - stats.closed")) !== count)
        if (Date.now() - start > 20000) throw new Error(`there are never ${count} connections open`);
    };
    const round = async () => {
      await open(0);
      const holder = board().spawn("node", "test/espruino/peers.js", "hold", `${MANY}`, "7");
      await open(MANY);
      holder.kill("SIGKILL");
      await open(0);
    };
    await round();
    const before = await board().settledCells();
    await round();
    await round();
    expect((await board().settledCells()) - before).toBeLessThan(SLACK);
  });
});

describeLive("Espruino's dgram, on a real Espruino,", { program: program("dgram"), inMemory: true }, (live, board) => {
  live("echoes datagrams of 0 to 1472 bytes", "node", async () => {
    expect(await board().peer("datagrams", 20)).toBe("20 of 20 intact");
  });

  live("asks from a port of its own and hears the answer", "node", async () => {
    const servers = board().spawn("node", "test/espruino/peers.js", "servers");
    await new Promise((resolve) => servers.stdout?.once("data", resolve));
    await board().console.evaluate('ask(8007, "x".repeat(1000))');
    expect(await board().console.line("DATAGRAM", 30000)).toBe("1000 120000 8007");
    servers.kill();
  });
});
