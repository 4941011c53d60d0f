/**
 * The module vfs on a board: the console and the Storage's files as descriptors.
 */
import { SECOND, VirtualClock } from "../../host-sim/clock";
import { createMachine, type Machine } from "../../host-sim/machine";
import { Segment } from "../../host-sim/segment";
import { CHIP } from "../lib/chip";

const { quickBundles } = require("../../tools/quick_bundle") as { quickBundles(names: string[]): Promise<string[]> };

const [ENOENT, EIO, EBADF, EAGAIN, ENXIO, EINVAL, ENFILE] = [-2, -5, -9, -11, -6, -22, -23];
const [WRITE, ADD] = [0x241, 0x441];

describe("A board with the module vfs", () => {
  let clock: VirtualClock;
  let board: Machine;
  const run = <T>(text: string) => board.board.realm.evaluate<T>(text, "test");

  beforeEach(async () => {
    const [bundle, vfs] = await quickBundles([`${CHIP}-router`, "vfs"]);
    clock = new VirtualClock();
    board = createMachine({
      clock,
      segment: new Segment(clock),
      chip: CHIP,
      bundle,
      modules: { vfs },
      storageBytes: 2_000_000,
      ip: "10.0.0.1/24",
      app: 'var net = eth.net; require("vfs").mount(eth); require("vfs").mount(eth); var shown = ""; USB.write = function (d) { shown += d; };',
    });
    clock.runFor(3 * SECOND);
  });
  afterEach(() => {
    expect(board.errors).toEqual([]);
    board.stop();
  });

  it("writes files anew, adds to them, and reads them to their end", () => {
    expect(run(`var w = net.open("log", ${WRITE}); [net.write(w, "one "), net.write(w, ""), net.close(w)]`)).toEqual([
      4, 0, 0,
    ]);
    run(`w = net.open("/log", ${ADD}); net.writev(w, ["two ", "three"]); net.close(w)`);
    expect(
      run(
        `var r = net.open("log", 0); [net.readstring(r, 5), net.readstring(r, 100), net.readstring(r, 1), net.write(r, "x")]`,
      ),
    ).toEqual(["one t", "wo three", "", EBADF]);
    expect(run(`net.close(r); [net.readstring(r, 1), net.open("log", 1)]`)).toEqual([EBADF, EINVAL]);
    run(`w = net.open("log", ${WRITE}); net.write(w, "new"); net.close(w)`);
    expect(run(`r = net.open("log", 0); var all = net.readstring(r, 100); net.close(r); all`)).toBe("new");
  });

  it("reads files that were written whole, from several descriptors at once", () => {
    run('require("Storage").write("page", "x".repeat(3000) + "end")');
    expect(
      run(`var a = net.open("page", 0), b = net.open("page", 0), n = 0, d;
        while ((d = net.readstring(a, 512))) n += d.length;
        [n, net.readstring(b, 10).length, net.readstring(a, 1), net.close(a), net.readstring(b, 3000).substr(-3), net.close(b)]`),
    ).toEqual([3003, 10, "", 0, "end", 0]);
    expect(
      run('a = net.open("page", 0); require("Storage").erase("page"); [net.readstring(a, 9), net.close(a)]'),
    ).toEqual([EIO, 0]);
  });

  it("says what it has not, and what cannot be", () => {
    expect(
      run(
        '[net.open("none", 0), net.open("none", 1), net.open("none", 2), net.open("", 0), net.open("x".repeat(28), 0)]',
      ),
    ).toEqual([ENOENT, ENOENT, EINVAL, EINVAL, EINVAL]);
    expect(run('[net.open("/dev/none"), net.close(net.open("/dev/bpf"))]')).toEqual([ENOENT, 0]);
    expect(run(`w = net.open("log", ${WRITE}); [net.write(w, "a\\xffb"), net.close(w)]`)).toEqual([EINVAL, 0]);
    run('require("Storage").write("f", "x")');
    expect(
      run('for (var i = 0, fds = []; (fd = net.open("f", 0)) >= 0 && i < 99; i++) fds.push(fd); [fds.length, fd]'),
    ).toEqual([4, ENFILE]);
    expect(run('fds.forEach(function (fd) { net.close(fd); }); net.close(net.open("f", 0))')).toBe(0);
  });

  it("is told when the Storage is full", () => {
    const wrote = run<number>(`w = net.open("big", ${WRITE});
      for (var n = 0, one = 1; one > 0 && n < 9000; n++) one = net.write(w, "y".repeat(1000)); net.close(w); one`);
    expect(wrote).toBe(EIO);
  });

  it("gives a program what is typed, and the interpreter the console back", () => {
    expect(
      run(
        'var c = net.open("/dev/console", 2); [net.open("/dev/console", 0), net.readstring(c, 9), net.poll(c, 5), net.write(c, "> ")]',
      ),
    ).toEqual([ENXIO, EAGAIN, 4, 2]);
    run("var told = []; net.select([c], function (ready) { told.push(ready.length); }); USB.inject('hello')");
    clock.runFor(SECOND);
    expect(
      run("[told.length, net.poll(c, 5), net.readstring(c, 2), net.readstring(c, 9), net.readstring(c, 9), shown]"),
    ).toEqual([1, 5, "he", "llo", EAGAIN, "> "]);
    run("USB.inject('z'.repeat(400))");
    clock.runFor(SECOND);
    expect(run("net.readstring(c, 999).length")).toBe(256);
    expect(run("var second = net.dup(c); net.close(c); net.write(second, 'still'); net.close(second); shown")).toBe(
      "> still",
    );
    expect(
      run("var again = net.open('/dev/console', 0); [again > 0, net.write(again, 'x'), net.close(again)]"),
    ).toEqual([true, EBADF, 0]);
  });
});
