// Heads of requests, in pieces and odd ones, as a server reads them; what a client sends; responses that a client reads.
var seen = 0;
require("http")
  .createServer((req, res) => {
    say(`${req.method} ${req.url} ${JSON.stringify(req.headers)}`);
    req.on("data", (data) => say(`body ${JSON.stringify(data)}`));
    res.end(`${++seen}`);
  })
  .listen(80);

function raw(pieces, next) {
  var got = "";
  var c = require("net").connect({ port: 80 }, () => c.write(pieces.shift()));
  c.on("drain", () => {
    if (pieces.length) c.write(pieces.shift());
  });
  c.on("data", (data) => (got += data));
  c.on("close", () => {
    say(JSON.stringify(got));
    setTimeout(next, 20);
  });
}

var requests = [
  ["GET / HTTP/1.1\r\n", "Host: a\r\n", "\r", "\n"],
  ["GET /two HTTP/1.0\r\nX:1\r\nx:  2  \r\nEmpty:\r\nno colon\r\nTime: 12:30\r\n\r\n"],
  ["GET /three\r\nA: b\r\n\r\n"],
  ["POST /four HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel", "lo"],
  ["POST /five HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "4\r\ndefg\r\n0\r\n\r\n"],
  ["GET /six HTTP/1.1\nHost: b\n\nx\r\n\r\n"],
];

function nextRequest() {
  if (requests.length) raw(requests.shift(), nextRequest);
  else responses();
}

function responses() {
  var texts = [
    "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc",
    "HTTP/1.0 200\r\nA: b\r\n\r\n",
    "HTTP/1.1 301 Moved\r\nlocation: /x\r\nContent-Length: 10\r\n\r\nabc",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    "nonsense",
  ];
  var heads = 0;
  require("net")
    .createServer((c) => {
      c.on("data", (data) => {
        if (!heads++) say(JSON.stringify(data));
        c.end(texts[heads - 1]);
      });
    })
    .listen(8080);
  (function ask() {
    var got = "";
    if (heads === texts.length) return done();
    require("http")
      .get({ host: "localhost", port: 8080, path: "/r", headers: { "X-Mine": heads } }, (res) => {
        say(`${res.statusCode} ${JSON.stringify([res.statusMessage, res.headers])}`);
        res.on("data", (data) => (got += data));
        res.on("error", (e) => say(`response error ${e.code}`));
        res.on("close", (failed) => {
          say(`${got} close ${failed}`);
          setTimeout(ask, 20);
        });
      })
      .on("error", (e) => {
        say(`request error ${e.code} ${e.message}`);
        if (heads === texts.length) setTimeout(ask, 20);
      });
  })();
}

nextRequest();
