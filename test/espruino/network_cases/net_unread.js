// Data that nobody reads: the buffer, what does not fit, and the listener that comes after that.
var parts = ["a".repeat(400), "b".repeat(100), "c".repeat(30)];
sockets[0] = { in: "" };
driver.create = () => 0;
answers[0] = parts.slice();
var client = require("net").connect({ host: "10.0.0.1", port: 7 });
client.on("end", () => say("end"));
client.on("close", (failed) => {
  say(`close ${failed}`);
  done();
});
setTimeout(() => {
  var times = 0;
  say(`available ${client.available()}, kept ${client.dRcv.length}`);
  client.on("data", (data) => {
    if (times++ < 4) say(`data ${data.length} ${data[0]}`);
    if (times === 4) sockets[0].ended = true;
  });
}, 500);
