/**
 * A terminal on a TCP connection, run by the tests inside a namespace: node terminal.js HOST PORT. Ends when either side does.
 */
const { connect } = require("node:net");

const [host, port] = process.argv.slice(2);
const socket = connect(Number(port), host);
process.stdin.pipe(socket);
socket.pipe(process.stdout);
socket.on("error", (error) => console.error(error.message));
socket.on("close", () => process.exit());
