/*
 * Sends each argument as a datagram to port 7000 of the board (names_app.js), waits for its answer, and prints it.
 */
const { createSocket } = require("node:dgram");

const PATIENCE = 20000;
const questions = process.argv.slice(2);
const socket = createSocket("udp4");
const timer = setTimeout(() => {
  console.log("no answer");
  process.exit(1);
}, PATIENCE);

function next() {
  const question = questions.shift();
  if (question) {
    socket.send(question, 7000, "10.77.0.2");
    return;
  }
  clearTimeout(timer);
  socket.close();
}

socket.on("message", (answer) => {
  console.log(`${answer}`);
  next();
});
next();
