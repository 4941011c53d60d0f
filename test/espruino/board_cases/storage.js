// Storage and StorageFile: what is kept, and what is refused.
var s = require("Storage");
function attempt(f) {
  try {
    say(JSON.stringify(f()));
  } catch (e) {
    say(e.toString());
  }
}
s.eraseAll();
attempt(() => s.write("a", "Hello", 0, 14));
attempt(() => s.read("a"));
attempt(() => s.write("a", " ", 5));
attempt(() => s.write("a", "World!!!", 6));
attempt(() => s.read("a"));
attempt(() => s.write("a", "x", 1));
attempt(() => s.write("a", "much too much for it", 6));
attempt(() => s.write("a", "Hello World!!!"));
attempt(() => s.write("a", " "));
attempt(() => s.read("a"));
attempt(() => s.write("b", ""));
attempt(() => s.write("b", "x", 3));
attempt(() => s.write("b", [1, 2, 255]));
attempt(() => s.write("c", { x: 1, y: [2, "z"] }));
attempt(() => s.write("d", { data: 7, count: 3 }));
attempt(() => [s.read("b"), s.read("c"), s.read("d")]);
attempt(() => s.writeJSON("j", { x: "\x01\xff", "y z": [undefined, NaN, 1.5], f: () => {}, u: undefined }));
attempt(() => s.read("j"));
attempt(() => s.readJSON("j"));
attempt(() => s.readJSON("none"));
s.write("broken", "{a:");
attempt(() => s.readJSON("broken", true));
attempt(() => s.write("a name longer than 28 characters", "long"));
attempt(() => [s.read("a name longer than 28 charac"), s.read("a name longer than 28 chars")]);
attempt(() => s.list(/^[abc]/));
attempt(() => s.open("log", "x"));
var f = s.open("log", "w");
f.write("one\n");
f.write("two\nthr");
f.write("ee");
attempt(() => f);
attempt(() => f.read(1));
attempt(() => f.getLength());
var r = s.open("log", "r");
attempt(() => [r.readLine(), r.read(2), r.readLine(), r.readLine(), r.readLine(), r.read(5)]);
attempt(() => r.write("x"));
attempt(() => r.getLength());
var a = s.open("log", "a");
a.write(4);
a.write("");
attempt(() => s.open("log", "r").read(100));
attempt(() => [s.list(/log/), s.list(/log/, { sf: true }), s.list(/log/, { sf: false })]);
attempt(() => s.open("none", "r").readLine());
attempt(() => s.open("none", "r").getLength());
a.erase();
attempt(() => [s.list(/log/), s.open("log", "r").read(1)]);
attempt(() => a.write("x"));
attempt(() => s.read("a", 0, 1) + s.read("a", 5));
s.erase("a");
attempt(() => s.read("a"));
done();
