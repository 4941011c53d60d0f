/**
 * The module `telnet` on a simulated board: who gets in, what they can do, and that nothing of it stays.
 */
import { MS, SECOND } from "../../host-sim/clock";
import { VisitedBoard } from "../lib/visitor";

const HELLO = "\xff\xfb\x01\xff\xfb\x03";

function served(options = "") {
  return new VisitedBoard(["telnet"], {
    app: `var answer = 42, telnet = require("telnet").start(eth, { password: "sesame"${options} });`,
  });
}

/** Opens the door. */
function session(world: VisitedBoard) {
  const visit = world.visit(23);
  visit.say("sesame\r\n");
  visit.heard = "";
  return visit;
}

describe("The console over TCP", () => {
  it("tells a telnet client that it echoes, and asks for a password", () => {
    expect(served().visit(23).heard).toBe(`${HELLO}Password: `);
    expect(served(", raw: true").visit(23).heard).toBe("Password: ");
  });

  it("runs what is typed and shows what is printed", () => {
    const world = served();
    const visit = session(world);
    visit.say("answer + 1\r\n");
    expect(visit.heard).toBe("answer + 1\r\n=43\r\n>");
    visit.heard = "";
    world.board.run('print("from the program")');
    world.clock.runFor(100 * MS);
    expect(visit.heard).toContain("from the program\r\n");
    expect(world.printed).toEqual([]);
  });

  it("does not show the password, and lets in nobody with a wrong one", () => {
    const visit = served().visit(23);
    visit.say("sesam\r\n");
    expect(visit.heard).toBe(`${HELLO}Password: \r\nPassword: `);
    visit.say("answer\r\n");
    expect(visit.heard).not.toContain("42");
  });

  it("locks the door for ten seconds after three wrong ones", () => {
    const world = served();
    const visit = world.visit(23);
    for (const guess of ["", "sesame ", "SESAME"]) visit.say(`${guess}\r\n`);
    expect([visit.heard.endsWith("Locked\r\n"), visit.ended]).toEqual([true, true]);
    expect(world.visit(23).heard).toBe("Locked\r\n");
    world.clock.runFor(10 * SECOND);
    expect(session(world).ended).toBe(false);
  });

  it("reads over what a telnet client negotiates, in whatever pieces it comes", () => {
    const visit = served().visit(23);
    visit.say("\xff\xfd\x01\xff\xfa\x18\x00xterm\xff\xf0se");
    visit.say("same\r\xff");
    visit.say("\xfd\x03\0answer\r\0");
    expect(visit.heard).toContain("=42\r\n");
  });

  it("takes a line's end in whatever form a client has it: CR LF, CR NUL, CR, or LF alone", () => {
    for (const end of ["\r\n", "\r\0", "\r", "\n"]) {
      const visit = served().visit(23);
      visit.say(`sesame${end}`);
      visit.heard = "";
      visit.say(`1${end}`);
      visit.say(`2${end}${end}`);
      visit.say(`3${end.slice(0, 1)}`);
      visit.say(`${end.slice(1)}4${end}`);
      expect(visit.heard).toBe("1\r\n=1\r\n>2\r\n=2\r\n>\r\n>3\r\n=3\r\n>4\r\n=4\r\n>");
    }
  });

  it("has one session at a time", () => {
    const world = served();
    const first = session(world);
    const second = world.visit(23);
    expect([second.heard, second.ended]).toEqual(["Busy\r\n", true]);
    first.leave();
    expect(world.visit(23).heard).toContain("Password");
  });

  it("ends a session that has been silent for too long, and gives the console back", () => {
    const world = served(", timeout: 60");
    const visit = session(world);
    world.clock.runFor(59 * SECOND);
    visit.say("1\r\n");
    world.clock.runFor(58 * SECOND);
    expect(visit.ended).toBe(false);
    world.clock.runFor(3 * SECOND);
    expect(visit.ended).toBe(true);
    world.board.run('print("at home")');
    world.clock.runFor(100 * MS);
    expect(world.printed).toEqual(["at home"]);
  });

  it("says that something is lost when the client does not keep up", () => {
    const world = served();
    const visit = session(world);
    visit.say("for (var i = 0; i < 200; i++) print('line ' + i + ' of a long text that goes on and on');\r\n");
    world.clock.runFor(2 * SECOND);
    expect(visit.heard).toContain("line 3 of");
    expect(visit.heard).toContain("\r\n...\r\n");
    visit.say("answer\r\n");
    expect(visit.heard).toContain("=42");
  });

  it("needs a password, and a port that is free", () => {
    const world = new VisitedBoard(["telnet"], {
      app: `var telnet = require("telnet");
        [{}, { password: "" }, { password: "x", port: 7 }, { password: "x", port: 7 }].forEach(function (options) {
          try { telnet.start(eth, options); print("served"); } catch (e) { print(e.message); }
        });`,
    });
    expect(world.printed).toEqual([
      "telnet: a password is needed",
      "telnet: a password is needed",
      "served",
      "port 7 is in use",
    ]);
  });

  it("leaves no socket and no memory behind, whichever way a hundred sessions end", () => {
    const world = served();
    const sockets = "print([0, 0, 0].map(function () { return eth.net.socket(2, 1, 0); }).join());";
    for (let i = 0; i < 100; i++) {
      const visit = i % 2 ? session(world) : world.visit(23);
      visit.leave();
    }
    world.board.run(sockets);
    world.clock.runFor(100 * MS);
    expect(world.printed).toEqual(["2,3,4"]); // 1 is the listener
    world.board.run("telnet.end(); telnet.end();");
    world.clock.runFor(SECOND);
    expect(world.visit(23).ended).toBe(true);
  });
});
