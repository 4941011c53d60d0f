// What is written before there is a connection; more than a chunk; a listener that comes late.
logged = true;
var server = require("net").createServer((c) => {
  say(`server: connection, available ${c.available()}`);
  setTimeout(() => {
    say(`server: available ${c.available()}, first ${c.read(3)}, available ${c.available()}`);
    c.on("data", (data) => say(`server: data ${data.length} ${data[0]}`));
  }, 50);
  c.on("close", (failed) => say(`server: close ${failed}`));
});
server.listen(7);
var client = require("net").connect({ port: 7 });
client.on("connect", () => say("client: connect"));
client.on("drain", () => say("client: drain"));
client.on("close", (failed) => {
  say(`client: close ${failed}`);
  setTimeout(() => {
    server.close();
    done();
  }, 200);
});
client.write("abcdefgh");
client.write("x".repeat(300));
setTimeout(() => {
  client.write("y".repeat(1000));
  client.end();
  try {
    client.write("more");
  } catch (e) {
    say(e.message);
  }
}, 100);
