// Espruino's own HTTP client: `ask` prints "ANSWER name status length sum" or "ANSWER name error code".

var http = require("http");

function ask(name, options, data) {
  options.host = options.host || "10.77.0.1";
  options.port = options.port || 8000;
  options.method = options.method || "GET";
  var length = 0;
  var sum = 0;
  var req = http.request(options, (res) => {
    res.on("data", (d) => {
      length += d.length;
      sum += E.sum(d);
    });
    res.on("close", () => {
      print(`ANSWER ${name} ${res.statusCode} ${length} ${sum}`);
    });
  });
  req.on("error", (e) => {
    print(`ANSWER ${name} error ${e.code}`);
  });
  if (data) req.write(data);
  req.end();
}
