import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";

const CHILD = ["--import", "tsx", join(__dirname, "tap_child.ts")];
const NAMESPACE = `tap-test-${process.pid}`;
const TIME_LIMIT = 30_000;

/** Why there cannot be a network namespace with TAP devices here, or nothing. */
function obstacle(): string {
  try {
    ip("netns", "add", NAMESPACE);
    inside("ip", "tuntap", "add", "dev", "probe0", "mode", "tap");
    inside("ip", "tuntap", "del", "dev", "probe0", "mode", "tap");
    return "";
  } catch (error) {
    return `no network namespace with TAP devices here: ${(error as Error).message.trim()}`;
  }
}

function ip(...args: string[]): string {
  return execFileSync("ip", args, { encoding: "utf8", stdio: "pipe" });
}

function inside(...command: string[]): string {
  return ip("netns", "exec", NAMESPACE, ...command);
}

interface Child {
  process: ChildProcess;
  output(): string;
  exit: Promise<number | null>;
}

function started(command: string, args: string[], options: object = {}): Child {
  let text = "";
  const child = spawn(command, args, { cwd: join(__dirname, "../.."), ...options });
  child.stdout?.on("data", (data) => {
    text += data;
  });
  child.stderr?.on("data", (data) => {
    text += data;
  });
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { process: child, output: () => text, exit };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(holds()).withContext(`${holds}`).toBe(true);
}

describe("A TAP link", () => {
  const why = obstacle();
  const children: Child[] = [];

  const child = async (device: string) => {
    const one = started("ip", ["netns", "exec", NAMESPACE, process.execPath, ...CHILD, device]);
    children.push(one);
    await until(() => /TAP/.test(one.output()));
    return one;
  };
  const closed = async (one: Child) => {
    one.process.stdin?.end();
    expect(await one.exit).toBe(0);
    expect(one.output()).toContain("closed");
  };

  beforeEach(() => {
    if (why) pending(why);
  });
  afterEach(() => {
    for (const one of children.splice(0)) one.process.kill("SIGKILL");
  });
  afterAll(() => {
    if (why) console.log(`TAP tests skipped: ${why}`);
    else ip("netns", "del", NAMESPACE);
  });

  it(
    "makes a device with the host's address, carries frames both ways, and takes it away again",
    async () => {
      const one = await child("tap0");
      expect(one.output()).toContain("TAP device tap0, made for this run, the host's side is 10.77.0.1/24");
      expect(inside("ip", "-br", "addr", "show", "dev", "tap0")).toContain("10.77.0.1/24");
      expect(() => inside("ping", "-c", "1", "-W", "1", "10.77.0.2")).toThrow(); // the station has no ICMP, but ARP
      expect(inside("ip", "neigh", "show", "10.77.0.2")).toContain("lladdr 02:00:00:00:00:77");
      await until(() => one.output().includes("request of 60 bytes")); // padded: the kernel hands out 42
      await closed(one);
      expect(() => inside("ip", "link", "show", "dev", "tap0")).toThrow();
    },
    TIME_LIMIT,
  );

  it(
    "uses a device that is there, and leaves it there",
    async () => {
      inside("ip", "tuntap", "add", "dev", "tap1", "mode", "tap");
      inside("ip", "addr", "add", "10.77.1.1/24", "dev", "tap1");
      const one = await child("tap1");
      expect(one.output()).toContain("TAP device tap1\n");
      expect(inside("ip", "-br", "addr", "show", "dev", "tap1")).toContain("10.77.1.1/24");
      expect(inside("ip", "-br", "link", "show", "dev", "tap1")).toContain("UP");
      const busy = started("ip", ["netns", "exec", NAMESPACE, process.execPath, ...CHILD, "tap1"]);
      expect(await busy.exit).toBe(2);
      expect(busy.output()).toBe("TAP device tap1 is in use by another program\n");
      await closed(one);
      expect(inside("ip", "link", "show", "dev", "tap1")).toContain("tap1");
    },
    TIME_LIMIT,
  );

  it(
    "names the two commands to run when the user may not",
    async () => {
      const one = started(
        process.execPath,
        [...CHILD, "nope0"],
        process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {},
      );
      expect(await one.exit).toBe(2);
      expect(one.output()).toContain("sudo ip tuntap add dev nope0 mode tap user $USER\n");
      expect(one.output()).toContain("sudo ip addr add 10.77.0.1/24 dev nope0 && sudo ip link set nope0 up\n");
    },
    TIME_LIMIT,
  );

  it(
    "refuses what is no TAP device",
    async () => {
      inside("ip", "link", "add", "dummy7", "type", "bridge");
      for (const [name, message] of [
        ["dummy7", "dummy7 exists and is not a TAP device\n"],
        ["a/b", '"a/b" cannot be the name of a network device\n'],
      ]) {
        const one = started("ip", ["netns", "exec", NAMESPACE, process.execPath, ...CHILD, name]);
        expect(await one.exit).toBe(2);
        expect(one.output()).toBe(message);
      }
    },
    TIME_LIMIT,
  );
});
