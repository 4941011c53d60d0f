import { Player } from "./player";
import { parseScript } from "./script";

describe("the player of TCP scripts", () => {
  /** Plays lines on a host of their own; line 1 is the title, and line 2 makes us listen. */
  function play(...lines: string[]): void {
    const script = parseScript("a.pkt", ["// A sentence.", "include listen", ...lines].join("\n"));
    const player = new Player();
    try {
      player.play(script);
    } finally {
      player.finish();
    }
  }

  it("plays what is as it should be", () => {
    play("+0 < S 0:0(0) win 10000", "+0 > S. 0:0(0) ack 1 <...>", "+0.1 < . 1:1(0) ack 1 win 10000");
  });

  it("tells where a segment is another one than expected, and how", () => {
    expect(() => play("+0 < S 0:0(0) win 10000", "+0 > S. 0:0(0) ack 2 win 9 <...>")).toThrowError(
      /a\.pkt:4: .*\n {2}expected > S\. 0:0\(0\) ack 2 win 9 <\.\.\.>\n {2}actual {3}\+0 > S\. 0:0\(0\) ack 1 win 5840 <\.\.\.>/,
    );
  });

  it("compares options unless they are left open", () => {
    expect(() => play("+0 < S 0:0(0) win 10000", "+0 > S. 0:0(0) ack 1")).toThrowError(/actual .* <mss 1460>/);
  });

  it("finds a segment that nobody expects", () => {
    expect(() => play("+0 < S 0:0(0) win 10000", "+0.5 > nothing")).toThrowError(
      /a\.pkt:4: .*\n {2}not expected: \+0 > S\./,
    );
    expect(() => play("+0 < :2001 S 0:0(0) win 10000")).toThrowError(/not expected/);
  });

  it("finds that nothing comes, or too late, or too early", () => {
    expect(() => play("+0 > S 0:0(0)")).toThrowError(/nothing was sent/);
    expect(() => play("+0 < S 0:0(0) win 10000", "+0.1 > S. 0:0(0) ack 1 <...>")).toThrowError(/actual {3}\+0 > S\./);
  });

  it("finds another answer of a system call, and another state", () => {
    expect(() => play("+0 accept(3, ...) = 4")).toThrowError(/a\.pkt:3: .*\nanswered -11 \(EAGAIN\), not 4/);
    expect(() => play("+0 --- state CLOSED")).toThrowError(/the state is LISTEN/);
  });

  it("does not take what it does not understand", () => {
    for (const line of [
      "+0 > S 0:5(4)",
      "+0 < S 0:0(0) wni 5",
      "< S 0:0(0)",
      "+0 fly() = 0x",
      "+0 --- stat",
      "+0 < S 0:0(0) <mms 5>",
    ])
      expect(() => play(line))
        .withContext(line)
        .toThrowError(/a\.pkt:3: /);
    expect(() => parseScript("a.pkt", "+0 > nothing")).toThrowError(/no sentence/);
  });
});
