// The board's program in the soak, besides board.js: a client that stays connected for months, as MQTT's do. Once a minute it
// says two bytes of the stream and hears them again; when it does not within half a minute it begins anew, and counts that.
var BROKER = "10.0.0.2";
var MINUTE = 60000;
var client = -1;
var said = 0;
var heard = 0;
var patience = 0;

function connectClient() {
  if (client >= 0) net.close(client);
  if (patience) clearTimeout(patience);
  seen.reconnects++;
  said = heard = 0;
  client = net.socket(2, 1, 0);
  if (client >= 0) {
    net.setupcall(client, hearClient);
    net.connect(client, { sin_family: 2, sin_addr: net.inet_addr(BROKER), sin_port: 1883 });
  }
  patience = setTimeout(connectClient, MINUTE);
}

function hearClient() {
  var data;
  for (;;) {
    data = net.recvstring(client, 1460, 0, null);
    if (data === -11 || data === -107) return;
    if (typeof data === "number" || !data) {
      if (patience) clearTimeout(patience);
      patience = setTimeout(connectClient, 5000);
      return;
    }
    if (data !== STREAM.substr(heard % ALPHABET.length, data.length)) seen.bad++;
    heard += data.length;
    if (heard >= said && patience) {
      clearTimeout(patience);
      patience = 0;
    }
  }
}

seen.reconnects = -1;
seen.keepalives = 0;
connectClient();
setInterval(() => {
  var n = net.send(client, STREAM.substr(said % ALPHABET.length, 2), 0);
  seen.keepalives++;
  if (n > 0) said += n;
  if (!patience) patience = setTimeout(connectClient, MINUTE / 2);
}, MINUTE);
