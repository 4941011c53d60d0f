// Bodies both ways: of known length, in chunks, of a length that nobody tells.
var http = require("http");
http
  .createServer((req, res) => {
    var body = "";
    say(`server: ${req.method} ${req.headers["Content-Length"]} ${req.headers["Transfer-Encoding"]}`);
    req.on("data", (data) => (body += data));
    req.on("end", () => {
      say(`server: body of ${body.length} ${body.substr(0, 5)}`);
      if (req.url === "/chunked") res.setHeader("Transfer-Encoding", "chunked");
      else if (req.url === "/length") res.setHeader("Content-Length", body.length + 3);
      res.write(body);
      setTimeout(() => res.end("end"), 20);
    });
  })
  .listen(80);

function post(path, headers, next) {
  var got = "";
  var request = http.request({ host: "127.0.0.1", method: "POST", path: path, headers: headers }, (res) => {
    res.on("data", (data) => (got += data));
    res.on("error", (e) => say(`client: response error ${e.code} ${e.message}`));
    res.on("close", (failed) => {
      say(`client: got ${got.length} ${got.substr(got.length - 5)} close ${failed}`);
      setTimeout(next, 50);
    });
  });
  request.on("error", (e) => say(`client: error ${e.code} ${e.message}`));
  request.write("0123456789".repeat(50));
  request.end("abcdefghij".repeat(50));
}

post("/length", { "Content-Length": 1000 }, () => {
  post("/chunked", { "Transfer-Encoding": "chunked" }, () => {
    post("/length", { "Transfer-Encoding": "Chunked" }, () => {
      post("/untold", { "Content-Length": 1000 }, done);
    });
  });
});
