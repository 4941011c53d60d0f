// Espruino's own HTTP server: a page, a long answer that is made as it goes, and the length and sum of what is posted.

var http = require("http");
var stats = { served: 0, closed: 0, errors: 0 };

// 512 bytes that say where they belong
function piece(i) {
  return `0000000${i.toString(16)}`.substr(-8).repeat(64);
}

function stream(res, pieces) {
  var i = 0;
  function more() {
    if (i < pieces) res.write(piece(i++));
    else res.end();
  }
  res.on("drain", more);
  more();
}

function collect(req, res) {
  var length = 0;
  var sum = 0;
  req.on("data", (data) => {
    length += data.length;
    sum += E.sum(data);
  });
  req.on("end", () => {
    res.writeHead(200, { "Content-Type": "text/plain" });
    res.end(`${length} bytes, sum ${sum}\n`);
  });
}

function count(req, res) {
  stats.served++;
  req.on("close", () => {
    stats.closed++;
  });
  res.on("error", () => {
    stats.errors++;
  });
}

http
  .createServer((req, res) => {
    count(req, res);
    if (req.method === "POST") return collect(req, res);
    res.writeHead(200, { "Content-Type": "text/plain" });
    if (req.url === "/long") stream(res, 128);
    else res.end("Hello from Espruino\n");
  })
  .listen(80);
