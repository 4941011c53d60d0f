// Every number that a driver can answer, and what is no number, while connecting and when connected.
var codes = [-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -13, -14, -15, -42, null, undefined, true];

function attempt(index, connected) {
  if (index === codes.length) return connected ? done() : attempt(0, true);
  sockets[0] = { in: "" };
  driver.create = () => 0;
  answers[0] = (connected ? [""] : []).concat([codes[index], -1]);
  var told = "";
  var c = require("net").connect({ host: "10.0.0.1", port: 7 });
  c.on("connect", () => (told += " connect"));
  c.on("error", (e) => (told += ` error ${e.code} ${e.message}`));
  c.on("end", () => (told += " end"));
  c.on("close", (failed) => {
    say(`${codes[index]}:${told} close ${failed}`);
    setTimeout(attempt, 5, index + 1, connected);
  });
}

attempt(0, false);
