/**
 * The way out of the user link: programs on the simulated board and servers of this host, over the loopback interface alone.
 */
import { createSocket, type Socket } from "node:dgram";
import { getServers, setServers } from "node:dns";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { freePort, Simulation } from "../lib/simulation";

describe("The way out of the user link", () => {
  let simulation: Simulation | undefined;
  let forward: string;
  const closers: (() => void)[] = [];

  beforeEach(async () => {
    forward = `tcp:${await freePort()}:80`;
  });
  afterEach(async () => {
    await simulation?.simulator.stop();
    simulation = undefined;
    for (const close of closers.splice(0)) close();
  });

  const start = async (program: string, ...options: string[]) => {
    simulation = await Simulation.start(program, "--forward", forward, ...options);
    return simulation;
  };
  const listening = (server: Server): Promise<number> => {
    closers.push(() => server.close());
    return new Promise((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
    );
  };
  const datagrams = (answer: (data: Buffer, reply: (data: string | Buffer) => void) => void): Promise<number> => {
    const socket: Socket = createSocket("udp4");
    closers.push(() => socket.close());
    socket.on("message", (data, { address, port }) => answer(data, (text) => socket.send(text, port, address)));
    return new Promise((resolve) => socket.bind(0, "127.0.0.1", () => resolve(socket.address().port)));
  };

  it("takes an http client of the board's to a server of this host, at the gateway's address", async () => {
    const port = await listening(createHttpServer((req, res) => res.end(`you asked for ${req.url}`)));
    const board = await start(
      `require("http").get("http://10.0.2.2:${port}/x?y=1", function (res) { res.on("data", function (d) { print(d); }); });`,
    );
    await board.line("you asked for /x?y=1");
  });

  it("takes long streams both ways, over a cable that loses and damages", async () => {
    const port = await listening(
      createServer((socket) => {
        let count = 0;
        socket.on("data", (data) => {
          count += data.length;
          if (count === 40000) socket.end("0123456789".repeat(3000));
        });
      }),
    );
    const program = `
      var got = 0, last = "", sent = 0, piece = new Array(1001).join("x");
      var c = require("net").connect({ host: "10.0.2.2", port: ${port} }, feed);
      function feed() { if (sent++ < 40) c.write(piece); }
      c.on("drain", feed);
      c.on("data", function (d) { last = d.substr(-3); got += d.length; });
      c.on("close", function () { print("got " + got + " to " + last); });
      c.on("error", function (e) { print("error " + JSON.stringify(e)); });`;
    const board = await start(program, "--loss", "0.02", "--corrupt", "0.01", "--dup", "0.02", "--seed", "5");
    expect(await board.line("got", 25)).toBe("got 30000 to 789");
  }, 30000);

  it("says truly that nobody listens", async () => {
    const port = await freePort();
    const board = await start(
      `require("net").connect({ host: "10.0.2.2", port: ${port} }, function () { print("connected?!"); })
         .on("error", function (e) { print("error " + e.message); });`,
    );
    expect(await board.line("error")).toMatch(/refused|reset/);
    expect(board.lines).not.toContain("connected?!");
  });

  it("takes datagrams out, and their answers back", async () => {
    const port = await datagrams((data, reply) => reply(data.toString().toUpperCase()));
    const board = await start(
      `var s = require("dgram").createSocket("udp4");
       s.on("message", function (d, from) { print("heard " + d + " from " + from.address + ":" + from.port); });
       s.bind(5000, function () { s.send("hello", ${port}, "10.0.2.2"); });`,
    );
    expect(await board.line("heard")).toBe(`heard HELLO from 10.0.2.2:${port}`);
  });

  it("asks the host's name server at the gateway's address, for a board with an address by DHCP", async () => {
    const before = getServers();
    closers.push(() => setServers(before));
    const asked: string[] = [];
    const port = await datagrams((data, reply) => {
      asked.push(data.subarray(13, data.indexOf(0, 12)).toString("latin1"));
      const answer = Buffer.concat([data, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 2, 2])]);
      answer.writeUInt16BE(0x8180, 2);
      answer.writeUInt16BE(1, 6);
      reply(answer);
    });
    setServers([`127.0.0.1:${port}`]);
    const web = await listening(createHttpServer((req, res) => res.end(`host ${req.headers.host}`)));
    const board = await start(
      `eth.on("connected", function () {
         require("http").get("http://some.example:${web}/", function (res) { res.on("data", function (d) { print(d); }); })
           .on("error", function (e) { print("host? " + JSON.stringify(e)); });
       });`,
      "--ip",
      "dhcp",
    );
    await board.line("address: 10.0.2.15/24");
    expect(await board.line("host")).toMatch(/^host some\.example/);
    expect(asked[0]).toContain("some");
  });
});

describe("What the simulator says at its start", () => {
  let simulation: Simulation | undefined;
  afterEach(() => simulation?.simulator.stop());

  const README = `
    var eth = require("enc28j60").connect({ spi: SPI1, sck: A5, miso: A6, mosi: A7, baud: 10500000, cs: B1, int: B10, rst: B13 });
    eth.on("error", function (message) { print(message); });
    eth.setIP();
    require("http").createServer(function (req, res) { res.end("Hello\\n"); }).listen(80);`;
  const page = async (url: string) => (await fetch(url)).text();

  it("names the page when there is one, for a program that connects the chip and asks for an address itself", async () => {
    const port = await freePort();
    simulation = await Simulation.start(README, "--forward", `tcp:${port}:80`);
    expect(await simulation.line("page:")).toBe(`page:    http://127.0.0.1:${port}/`);
    expect(simulation.lines.join("\n")).toContain("address: 10.0.2.15/24");
    expect(await page(`http://127.0.0.1:${port}/`)).toBe("Hello\n");
  });

  it("leads to a board that has set itself an address of another network", async () => {
    const port = await freePort();
    const program = README.replace(
      "setIP()",
      'setIP({ ip: "10.77.0.2", subnet: "255.255.0.0", gateway: "10.77.0.1" })',
    );
    simulation = await Simulation.start(program, "--forward", `tcp:${port}:80`, "--ip", "10.0.2.20/24");
    await simulation.line("page:");
    expect(simulation.lines.join("\n")).toContain("address: 10.77.0.2/16");
    expect(await page(`http://127.0.0.1:${port}/`)).toBe("Hello\n");
    expect(simulation.lines.join("\n")).toContain(
      "app.js connects the chip itself: --ip 10.0.2.20/24 is what it gets if it asks for an address by DHCP",
    );
  });

  it("names no page where no server is, and says what would lead to another port", async () => {
    const port = await freePort();
    const program = 'require("http").createServer(function (q, r) { r.end("x"); }).listen(81);';
    simulation = await Simulation.start(program, "--forward", `tcp:${port}:80`);
    expect(await simulation.line("page:")).toBe("page:    at port 81 of the board: --forward tcp:8081:81 leads there");
  });

  it("is not misled by a comment about connect", async () => {
    const program =
      '// var eth = require("enc28j60").connect({ spi: SPI1 });  // on the board\nprint("mac " + eth.getIP().mac);';
    simulation = await Simulation.start(program, "--forward", `tcp:${await freePort()}:80`);
    expect(await simulation.line("mac")).toMatch(/^mac 02:/);
  });

  it("takes the next free ports of this host, two simulators side by side", async () => {
    simulation = await Simulation.start("");
    const second = await Simulation.start("");
    const third = await Simulation.start("");
    await second.simulator.stop();
    await third.simulator.stop();
    expect(third.lines.length).toBeGreaterThan(1);
  });
});
