// Datagrams: bound and not, short and long, to names, several at once; how often a socket is asked, and how often it ends.
var dgram = require("dgram");
var asked = {};
var recv = driver.recv;
driver.recv = (s, length, type) => {
  asked[s] = (asked[s] || 0) + 1;
  return recv(s, length, type);
};
var server = dgram.createSocket("udp4");
server.on("message", (message, info) => {
  say(`server: ${message.length} ${message.substr(0, 6)} ${JSON.stringify(info)}`);
  if (message === "ping") server.send("pong", info.port, info.address);
});
server.on("error", (e) => say(`server: error ${e.code}`));
server.on("close", (failed) => say(`server: close ${failed}`));
server.bind(5000, (s) => say(`server: bound ${s === server}`));
var client = dgram.createSocket("udp4", () => say("client: connected"));
client.on("message", (message, info) => say(`client: ${message} ${info.port}`));
client.on("close", (failed) => say(`client: close ${failed}`));
logged = true;
client.send("ping", 5000, "127.0.0.1");
client.send("0123456789", 2, 3, 5000, "127.0.0.1");
client.send("", 5000, "127.0.0.1");
setTimeout(() => {
  client.send("x".repeat(600), 5000, "127.0.0.1");
  client.send("to all", 5000, "255.255.255.255");
  client.send("to name", 5000, "some.where");
  say(`name ${global["\xff"].DNS}`);
}, 400);
setTimeout(() => {
  var twice = Math.round(asked[server.sckt - 1] / asked[client.sckt - 1]);
  say(`asked ${twice} times as often`);
  dgram.createSocket({ type: "udp4", recvBufferSize: 1480 }).close();
  client.send("y".repeat(1000), 5000, "127.0.0.1");
}, 800);
setTimeout(() => {
  client.close();
  server.close();
  try {
    server.send("late", 5000, "127.0.0.1");
  } catch (e) {
    say(e.message);
  }
}, 1200);
setTimeout(done, 1600);
