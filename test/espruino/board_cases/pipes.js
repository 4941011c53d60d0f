// E.pipe, and `pipe` of what can be read.
var log = [];
function attempt(f) {
  try {
    f();
  } catch (e) {
    say(e.toString());
  }
}
function sink(name, answer) {
  return {
    write: (data) => {
      log.push(name + ":" + data);
      return answer;
    },
    end: () => {
      log.push(name + " end");
    },
    close: () => {
      log.push(name + " close");
    },
  };
}
attempt(() => {
  E.pipe({}, sink("x"));
});
attempt(() => {
  E.pipe("text", {});
});
attempt(() => {
  E.pipe("text", sink("x"), 5);
});
attempt(() => {
  E.pipe("text", sink("x"), { chunkSize: -1 });
});
E.pipe("a text that is piped", sink("text"), {
  chunkSize: 8,
  complete: (p) => {
    log.push("complete " + typeof p + " " + p.chunkSize);
  },
});
E.pipe("kept open", sink("open"), { end: false });
E.pipe(
  {
    n: 0,
    read: function () {
      if (this.n < 3) return this.n++ + "\n";
    },
    close: () => {
      log.push("source closed");
    },
  },
  sink("numbers"),
);
E.pipe(
  {
    n: 0,
    read: function () {
      this.n++;
      return this.n < 3 ? "" : this.n < 5 ? "late" : undefined;
    },
  },
  sink("empty"),
);
var slow = sink("slow", false);
E.pipe("first part, second part", slow, { chunkSize: 11 });
var closing = sink("closing");
E.pipe({ read: () => "" }, closing, {
  complete: () => {
    log.push("closed");
  },
});
var f = require("Storage").open("piped", "w");
E.pipe("to a file", f, {
  complete: () => {
    require("Storage").open("piped", "r").pipe(sink("file"), { chunkSize: 4 });
  },
});
setTimeout(() => {
  log.push("drain");
  slow.emit("drain", slow);
  closing.emit("close");
}, 100);
setTimeout(() => {
  var names = {};
  log.forEach((line) => {
    var name = line.split(/[: ]/)[0];
    names[name] = (names[name] || "") + "|" + line;
  });
  Object.keys(names)
    .sort()
    .forEach((name) => {
      say(JSON.stringify(names[name]));
    });
  done();
}, 250);
