// A connection to a server, from its beginning to its end, seen from both sides.
logged = true;
require("net")
  .createServer((c) => {
    say(`server: connection, available ${c.available()}`);
    c.on("data", (data) => {
      say(`server: data ${data}`);
      c.write(`you said ${data}`);
    });
    c.on("drain", () => say("server: drain"));
    c.on("end", () => say("server: end"));
    c.on("error", (e) => say(`server: error ${e.code}`));
    c.on("close", (failed) => say(`server: close ${failed}`));
  })
  .listen(7);
var client = require("net").connect({ host: "127.0.0.1", port: 7 }, (c) => {
  say(`client: connected ${c === client}`);
  c.write("hello");
});
client.on("drain", () => say("client: drain"));
client.on("data", (data) => {
  say(`client: data ${data}`);
  client.end("bye");
});
client.on("end", () => say("client: end"));
client.on("error", (e) => say(`client: error ${e.code}`));
client.on("close", (failed) => {
  say(`client: close ${failed}`);
  setTimeout(done, 100);
});
