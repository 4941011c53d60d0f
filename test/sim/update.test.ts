/**
 * The module `update` on a simulated board: programs that come over the network, the bad ones among them, and restarts.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SECOND } from "../../host-sim/clock";
import { headerFor } from "../../tools/update";
import { VisitedBoard } from "../lib/visitor";

const PORT = 8266;
const BOOT = 'eval(require("Storage").read(".bootcde") || "");';
/** A program that can be updated, and says who it is. */
const program = (name: string, more = "") =>
  `print("${name}"); ${more} var update = require("update").start(eth, { password: "sesame", confirm: 20 });`;

describe("Programs over the network", () => {
  let folder: string;
  let world: VisitedBoard;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "espruino-ethernet-"));
    world = new VisitedBoard(["update"], { storageFolder: folder, storageBytes: 128 * 1024, app: BOOT });
    world.board.run(`require("update").install(${JSON.stringify(program("first"))});`);
    world.clock.runFor(SECOND);
    world.restart();
  });
  afterEach(() => {
    expect(world.board.errors).toEqual([]);
    world.board.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sends a program as tools/update.ts does; the board's answer. */
  function send(text: string, password = "sesame", change = (line: string) => line): string {
    const visit = world.visit(PORT);
    const nonce = /^espruino-update 1 ([0-9a-f]{32})\n$/.exec(visit.heard)?.[1] ?? "";
    visit.heard = "";
    const body = Buffer.from(text, "latin1");
    visit.say(change(headerFor(body, nonce, password)));
    for (let at = 0; at < text.length; at += 700) visit.say(text.slice(at, at + 700));
    world.clock.runFor(5 * SECOND);
    return visit.heard;
  }

  /** What the board has printed since it was last asked. */
  function printed(): string[] {
    return world.printed.splice(0);
  }

  it("are run after the restart, and stay when they have proved good", () => {
    expect(printed()).toEqual(["first"]);
    expect(send(program("second", `/*${"x".repeat(3000)}*/`))).toBe("ok\n");
    expect(world.restarts).toBe(1);
    world.restart();
    world.clock.runFor(20 * SECOND);
    world.restart();
    world.restart();
    expect(printed()).toEqual(["second", "second", "second"]);
  });

  it("go when the board restarts before they have run for long enough", () => {
    send(program("hangs"));
    world.restart();
    world.clock.runFor(10 * SECOND);
    world.restart();
    world.restart();
    expect(printed()).toEqual(["first", "hangs", "first", "first"]);
  });

  it("may say themselves that they are good", () => {
    send(program("second").replace(/$/, " update.confirm();"));
    world.restart();
    world.restart();
    expect(printed()).toEqual(["first", "second", "second"]);
  });

  it("do not take the place of one that is on trial, and of one that waits for it they do", () => {
    send(program("second").replace("confirm:", "restart: false, confirm:"));
    world.restart();
    expect(send(program("third"))).toBe("error trial\n");
    world.clock.runFor(20 * SECOND);
    expect(send(program("third"))).toBe("ok\n");
    expect(send(program("fourth"))).toBe("ok\n");
    world.board.run("update.confirm();"); // the one that says so is not the one that waits
    world.restart();
    world.restart();
    expect(printed()).toEqual(["first", "second", "fourth", "second"]);
  });

  it("go at once when they throw at their start", () => {
    send('print("bad"); nothing.here();');
    world.restart();
    expect(printed()).toEqual(["first", "bad", jasmine.stringMatching(/^update: ReferenceError/)]);
    expect(world.restarts).toBe(2);
    world.restart();
    expect(printed()).toEqual(["first"]);
  });

  it("are not taken from somebody who does not know the password", () => {
    expect(send(program("evil"), "open")).toBe("error proof\n");
    world.restart();
    expect(printed()).toEqual(["first", "first"]);
  });

  it("are not taken again with yesterday's proof, nor with another length or digest", () => {
    let line = "";
    send(program("second"), "sesame", (header) => {
      line = header;
      return header;
    });
    world.restart();
    world.visit(PORT).leave(); // a simulated board's first random numbers are the same at each start
    expect(send(program("second"), "sesame", () => line)).toBe("error proof\n");
    expect(send(program("second"), "sesame", (header) => `1${header}`)).toBe("error proof\n");
    expect(send(program("second"), "sesame", () => "nonsense\n")).toBe("error header\n");
    expect(send(program("second"), "sesame", () => "-5 a b\n")).toBe("error header\n");
    expect(send(program("second"), "sesame", () => "x".repeat(200))).toBe("error header\n");
  });

  it("are not taken when a byte is wrong, missing, or too many", () => {
    const good = program("second", `/*${"x".repeat(600)}*/`);
    const forged = (sent: string) => {
      const visit = world.visit(PORT);
      const nonce = visit.heard.split(" ")[2].trim();
      visit.say(headerFor(Buffer.from(good), nonce, "sesame") + sent);
      world.clock.runFor(40 * SECOND);
      return visit.heard.split("\n")[1];
    };
    expect(forged(good.replace("second", "sEcond"))).toBe("error digest");
    expect(forged(good.slice(1))).toBe("error silence");
    expect(forged(`${good}!`)).toBe("error length");
    world.restart();
    expect(printed()).toEqual(["first", "first"]);
  });

  it("never have the Storage compacted where machine code lies behind other files, which would move it", () => {
    const watch = 'var s = require("Storage"); s.compact = function () { print("COMPACT"); };';
    world.board.run(watch);
    expect(send(program("large", `/*${"x".repeat(60000)}*/`))).toBe("error room\n");
    expect(printed()).toEqual(["first", "COMPACT"]);
    world.board.run(
      `${watch} s.write("enc28j60.core", "code"); E.getAddressOf = function () { return 0x08004000 + 64; };`,
    );
    expect(send(program("large", `/*${"x".repeat(60000)}*/`))).toBe("error room\n");
    expect(printed()).toEqual([]);
    world.board.run("E.getAddressOf = function () { return 0x08004000 + 32; };");
    send(program("large", `/*${"x".repeat(60000)}*/`));
    expect(printed()).toEqual(["COMPACT"]);
  });

  it("are refused when there is no room beside the one that runs", () => {
    expect(send(program("large", `/*${"x".repeat(60000)}*/`))).toBe("error room\n");
    expect(send(program("second"))).toBe("ok\n");
  });

  it("come one at a time, and a sender that goes away is forgotten", () => {
    const first = world.visit(PORT);
    expect(world.visit(PORT).heard).toBe("error busy\n");
    first.leave();
    for (let i = 0; i < 30; i++) world.visit(PORT).leave();
    expect(send(program("second"))).toBe("ok\n");
  });

  it("are proved by SHA-256 over the numbers and the password, as documented", () => {
    const body = Buffer.from("print(1)");
    const digest = createHash("sha256").update(body).digest("hex");
    const proof = createHash("sha256")
      .update(`pw${"0".repeat(32)}8${digest}pw`)
      .digest("hex");
    expect(headerFor(body, "0".repeat(32), "pw")).toBe(`8 ${digest} ${proof}\n`);
  });
});
