// The ws module as a server: says hello and echoes, and counts who has gone.

var stats = { opened: 0, closed: 0 };
var server = require("ws").createServer((req, res) => {
  res.writeHead(200, { "Content-Type": "text/plain" });
  res.end("no socket\n");
});
server.listen(80);
server.on("websocket", (ws) => {
  stats.opened++;
  ws.on("message", (message) => {
    ws.send(message);
  });
  ws.on("close", () => {
    stats.closed++;
  });
  ws.send("hello");
});
