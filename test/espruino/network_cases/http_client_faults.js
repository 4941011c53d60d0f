// How a request can fail.
function ask(list, next) {
  sockets = [{ in: "" }];
  driver.create = () => 0;
  answers[0] = list;
  var told = "";
  var request = require("http").get({ host: "10.0.0.1", path: "/" }, (res) => {
    told += ` response ${res.statusCode}`;
    res.on("data", (data) => (told += ` data ${data}`));
    res.on("end", () => (told += " end"));
    res.on("error", (e) => (told += ` response error ${e.code}`));
    res.on("close", (failed) => (told += ` close ${failed}`));
  });
  request.on("error", (e) => (told += ` error ${e.code} ${e.message}`));
  request.on("close", (failed) => (told += ` request close ${failed}`));
  setTimeout(() => {
    say(`${request.sckt}:${told}`);
    if (request.sckt) request.clsNow = true;
    setTimeout(next, 20);
  }, 100);
}

driver.send = (_s, data) => data.length;
var head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
var cases = [
  [-11, -11, -11],
  [-11, -3],
  [-1],
  ["HTTP/1.1 2", -1],
  [`${head}ab`, "", "cde", ""],
  [`${head}ab`, -1],
  [`${head}ab`, -9],
  [`${head}abcde`, -1],
  ["HTTP/1.1 200 OK\r\n\r\nab", "cd", -1],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "cde\r\n0\r\n\r\n", ""],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", -1],
];
(function next() {
  if (cases.length) ask(cases.shift(), next);
  else done();
})();
