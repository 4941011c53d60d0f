// A request and its response, seen from both sides.
logged = true;
require("http")
  .createServer((req, res) => {
    say(`server: ${req.method} ${req.url} ${JSON.stringify(req.headers)}`);
    req.on("data", (data) => say(`server: data ${data}`));
    req.on("end", () => say("server: request end"));
    req.on("close", (failed) => say(`server: request close ${failed}`));
    res.on("drain", () => say("server: drain"));
    res.on("end", () => say("server: response end"));
    res.on("close", (failed) => say(`server: response close ${failed}`));
    res.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 1000 });
    res.write("x".repeat(600));
    res.end("y".repeat(400));
  })
  .listen(80);
var request = require("http").get({ host: "localhost", port: 80, path: "/page?a=b" }, (res) => {
  say(`client: ${res.statusCode} ${res.statusMessage} ${res.httpVersion} ${JSON.stringify(res.headers)}`);
  res.on("data", (data) => say(`client: data ${data.length}`));
  res.on("end", () => say("client: end"));
  res.on("error", (e) => say(`client: response error ${e.code}`));
  res.on("close", (failed) => {
    say(`client: close ${failed}`);
    setTimeout(done, 100);
  });
});
request.on("drain", () => say("client: drain"));
request.on("error", (e) => say(`client: error ${e.code}`));
request.on("close", () => say("client: request close"));
