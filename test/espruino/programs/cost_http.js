// Serves a page of 1 kB by Espruino's http; what it costs is counted (cost/measure.ts).

var page = "x".repeat(1024);
require("http")
  .createServer((req, res) => {
    res.writeHead(200, { "Content-Type": "text/plain" });
    res.end(page);
  })
  .listen(80);
