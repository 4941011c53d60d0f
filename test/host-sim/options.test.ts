import { basename } from "node:path";
import { helpText, OptionError, parseOptions } from "../../host-sim/options";

const parse = (line: string) => parseOptions(line.split(" ").filter(Boolean));

/** What is said about a bad command line. */
function complaint(line: string): string {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
  return "";
}

describe("The command line", () => {
  it("has a default for everything", () => {
    const settings = parse("");
    expect(settings).toEqual(
      jasmine.objectContaining({
        chip: "enc28j60",
        link: { kind: "user" },
        ip: { address: "10.0.2.15", length: 24 },
        gateway: "10.0.2.2",
        otherSide: "10.0.2.2",
        mac: undefined,
        pcap: undefined,
        seed: 1,
        quiet: false,
        lab: false,
        labPort: 0,
        help: false,
      }),
    );
    expect([basename(settings.app), settings.bundle]).toEqual(["services.js", undefined]);
    expect(settings.faults).toEqual({ loss: 0, delayMs: 0, jitterMs: 0, dup: 0, reorder: 0, corrupt: 0, seed: 1 });
  });

  it("takes every option", () => {
    const settings = parse(
      "--chip enc28j60 --board wifi --link user --ip 10.77.0.2/24 --gateway 10.77.0.9 --mac 02:00:00:00:00:0A --app a.js " +
        "--with telnet,mdns --modules lib --pcap b.pcap --loss 0.2 --delay 1.5 --jitter 2 --dup 5% --reorder 1 --corrupt 0.01 --seed 42 --bundle c.js --forward tcp:8081:80 --forward udp:5300:53 --pin B3=1 --pin BTN1=0 --trace spi --watch --quiet --lab --lab-port 8099",
    );
    expect(settings).toEqual({
      chip: "enc28j60",
      board: "WIFI",
      link: { kind: "user" },
      ip: { address: "10.77.0.2", length: 24 },
      givenIp: "10.77.0.2/24",
      gateway: "10.77.0.9",
      otherSide: "10.77.0.9",
      mac: "02:00:00:00:00:0a",
      forwards: [
        { proto: "tcp", hostPort: 8081, boardPort: 80 },
        { proto: "udp", hostPort: 5300, boardPort: 53 },
      ],
      app: "a.js",
      with: ["telnet", "mdns"],
      modules: "lib",
      pins: [
        { name: "B3", level: true },
        { name: "BTN1", level: false },
      ],
      trace: ["spi"],
      pcap: "b.pcap",
      faults: { loss: 0.2, delayMs: 1.5, jitterMs: 2, dup: 0.05, reorder: 1, corrupt: 0.01, seed: 42 },
      seed: 42,
      bundle: "c.js",
      watch: true,
      quiet: true,
      lab: true,
      labPort: 8099,
      help: false,
    });
  });

  it("knows every kind of link", () => {
    const links = ["user", "none", "tap:br0", "unix:/run/a:b", "stream:localhost:5000", "stream:[::1]:5000"];
    expect(links.map((link) => parse(`--link ${link}`).link)).toEqual([
      { kind: "user" },
      { kind: "none" },
      { kind: "tap", name: "br0" },
      { kind: "stream", address: { path: "/run/a:b" } },
      { kind: "stream", address: { host: "localhost", port: 5000 } },
      { kind: "stream", address: { host: "::1", port: 5000 } },
    ]);
  });

  it("chooses the other side's address in the board's network", () => {
    expect(parse("--link tap:t --ip 192.168.7.1/16").otherSide).toBe("192.168.0.1");
    expect(parse("--link tap:t --ip 192.168.0.1/16").otherSide).toBe("192.168.0.2");
    expect(parse("--link tap:t --ip 192.168.0.1/16").gateway).toBeUndefined();
    expect(parse("--link user --ip 192.168.0.1/16").gateway).toBe("192.168.0.2");
  });

  it("chooses the bundle that a board has room for, unless told otherwise", () => {
    const bundle = (line: string) => basename(parse(line).bundle ?? "none");
    expect([bundle("--board PICO"), bundle("--board WIFI --chip w5500-raw"), bundle("--board ESP32")]).toEqual([
      "enc28j60-udp.shell.tok.js",
      "w5500-raw-small.shell.tok.js",
      "enc28j60.tok.js",
    ]);
    expect(bundle("--board PICO --app examples/web-led.js")).toBe("enc28j60-tcp.shell.tok.js"); // it requires http
    expect(bundle("--board PICO --bundle c.js")).toBe("c.js");
  });

  it("traces packets unless told what", () => {
    const kinds = ["", "--trace", "--trace --quiet", "--trace spi", "--trace packets,spi"];
    expect(kinds.map((line) => parse(line).trace)).toEqual([[], ["packets"], ["packets"], ["spi"], ["packets", "spi"]]);
  });

  it("leaves the addresses to a server", () => {
    const { ip, gateway, otherSide } = parse("--ip dhcp");
    expect([ip, gateway, otherSide]).toEqual([undefined, undefined, undefined]);
  });

  it("says in one line what is wrong", () => {
    const cases: [string, RegExp][] = [
      ["--speed 5", /Unknown option '--speed'/],
      ["stray", /Unexpected argument 'stray'/],
      ["--loss", /'--loss <value>' argument missing/],
      ["--ip=", /--ip: a value is missing/],
      ["--quiet=yes", /'--quiet' does not take an argument/],
      ["--chip w5100", /--chip w5100: there is no such chip, only enc28j60, w5500-raw/],
      ["--link wifi", /--link wifi: is none of user, tap:NAME/],
      ["--link tap:", /--link tap:: is none of/],
      ["--link stream:host", /is not stream:HOST:PORT/],
      ["--link stream:host:99999", /is not stream:HOST:PORT/],
      ["--ip DHCP", /--ip DHCP: is not an address of a host/],
      ["--ip dhcp --gateway 10.0.0.1", /--gateway 10.0.0.1: is for the server to tell/],
      ["--ip 10.0.0.2", /--ip 10.0.0.2: is not an address of a host/],
      ["--ip 10.0.0.256/24", /is not an address of a host/],
      ["--ip 10.0.0.255/24", /is not an address of a host/],
      ["--ip 10.0.0.0/24", /is not an address of a host/],
      ["--gateway 10.9.9.9", /--gateway 10.9.9.9: is not in the network of 10.0.2.15\/24/],
      ["--gateway 10.0.2.15", /is the board's own address/],
      ["--gateway here", /is not an address such as/],
      ["--forward 8081:80", /--forward 8081:80: is not tcp:PORT:PORT/],
      ["--forward tcp:8081:80 --forward tcp:0:80", /is not tcp:PORT:PORT/],
      ["--forward udp:53:53,tcp:8081:80 --forward tcp:8081:81", /tcp port 8081 of this host is there twice/],
      ["--link none --forward tcp:8081:80", /--forward: is for --link user/],
      ["--forward tcp:80:99999", /with ports of 1 to 65535/],
      ["--board TOASTER", /--board TOASTER: there is no such board, only PICO, WIFI/],
      ["--pin B3", /--pin B3: is not NAME=0 or NAME=1/],
      ["--trace tcp", /--trace tcp: is none of packets, spi/],
      ["--mac 02:00", /is not six bytes in hex/],
      ["--mac 01:00:5e:00:00:01", /is a group's address/],
      ["--loss 20", /--loss 20: is not a probability/],
      ["--dup 120%", /is not a probability/],
      ["--corrupt 1.2.3", /is not a probability/],
      ["--delay x", /is not a number of milliseconds/],
      ["--seed -1", /./],
      ["--seed 1.5", /is not a whole number/],
    ];
    for (const [line, expected] of cases) {
      expect(complaint(line)).withContext(line).toMatch(expected);
      expect(complaint(line)).withContext(line).not.toContain("\n");
    }
  });

  it("explains each option in its help", () => {
    for (const name of "chip board link ip gateway mac app with modules pcap loss delay jitter dup reorder corrupt seed bundle forward pin trace watch quiet help".split(
      " ",
    )) {
      expect(helpText()).toMatch(new RegExp(`^ {2}--${name}\\b`, "m"));
    }
    expect(helpText()).toContain("either end may start first");
  });
});
