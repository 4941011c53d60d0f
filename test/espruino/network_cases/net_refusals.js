// What cannot be: sockets that are not made, data after the end, ends before the beginning, unsent data.
function trying(what, f) {
  try {
    f();
    say(`${what}: done`);
  } catch (e) {
    say(`${what}: ${e.message}`);
  }
}

var create = driver.create;
driver.create = () => -7;
trying("connect", () => require("net").connect({ host: "10.0.0.1", port: 7 }));
trying("listen", () =>
  require("net")
    .createServer(() => {})
    .listen(7),
);
trying("bind", () => require("dgram").createSocket("udp4").bind(7));
trying("get", () => require("http").get("http://10.0.0.1/", () => {}));
driver.create = create;

setTimeout(() => {
  require("net")
    .createServer((c) => {
      c.on("close", (failed) => say(`server: close ${failed}`));
    })
    .listen(7);
  var never = require("net").connect({ port: 7 });
  never.on("close", (failed) => say(`never written: close ${failed}`));
  never.end();
  var refused = require("net").connect({ port: 8 }, () => say("connected?"));
  refused.write("lost");
  refused.on("error", (e) => say(`refused: ${e.code} ${e.message}`));
  refused.on("close", (failed) => say(`refused: close ${failed}`));
  var unsent = require("net").connect({ port: 7 }, () => {
    unsent.write("x".repeat(2000));
    sockets[unsent.sckt - 1].ended = true;
  });
  unsent.on("error", (e) => say(`unsent: ${e.code} ${e.message}`));
  unsent.on("close", (failed) => say(`unsent: close ${failed}`));
}, 10);
setTimeout(done, 300);
