// The MQTT module: subscribes to board/in at QoS 1, answers on board/out, and comes back when the broker has gone away.

var mqtt = require("MQTT").create("10.77.0.1", { keep_alive: 20, client_id: "board" });
mqtt.on("connected", () => {
  mqtt.subscribe("board/in", { qos: 1 });
});
mqtt.on("subscribed", () => {
  print("MQTT subscribed");
});
mqtt.on("publish", (p) => {
  print(`MQTT got ${p.qos} ${p.message.length} ${E.sum(p.message)}`);
  mqtt.publish("board/out", p.message, { qos: p.qos });
});
mqtt.on("puback", () => {
  print("MQTT puback");
});
mqtt.on("disconnected", () => {
  print("MQTT disconnected");
});
mqtt.on("error", (e) => {
  print(`MQTT error ${e.message || e}`);
});

// The module itself tries only once.
setInterval(() => {
  if (!mqtt.connected) mqtt.connect();
}, 4000);
