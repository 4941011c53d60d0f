// Pipes: what a source's `read` gives goes to a destination's `write`, a piece a round of the idle loop, until `read` gives
// undefined. `write` may answer false; then the pipe waits for the destination's event `drain`. Espruino: jswrap_pipe.c.
// `host`: rest(source), what waits in the buffer of a stream of the firmware's; wake(); report(error).
(host) => {
  let pipes = [];

  // A string is a source of its own.
  function sourceOf(source) {
    if (typeof source !== "string") return source;
    let at = 0;
    return {
      read: (length) => {
        const from = at;
        at += length;
        return source.substring(from, at) || undefined;
      },
    };
  }

  function faultOf(options) {
    if (typeof options !== "object") return "'options' must be an object, or undefined";
    const size = options.chunkSize;
    return size === undefined || (typeof size === "number" && size >= 1) ? "" : "chunkSize must be an integer > 0";
  }

  function close(pipe) {
    pipes = pipes.filter((other) => other !== pipe);
    pipe.emit("complete", pipe);
    const left = host.rest(pipe.source);
    if (left) pipe.destination.write(left);
    if (!pipe.end) return;
    pipe.destination.removeAllListeners("drain");
    pipe.destination.removeAllListeners("close");
    if (typeof pipe.destination.end === "function") pipe.destination.end();
    if (typeof pipe.destination.close === "function") pipe.destination.close();
    pipe.source.removeAllListeners("close");
    if (typeof pipe.source.close === "function") pipe.source.close();
  }

  // True when it may have more to do at once.
  function step(pipe) {
    if (pipe.drainWait) return false;
    let data;
    try {
      data = pipe.source.read(pipe.chunkSize);
      if (data !== undefined && data !== "" && data.length !== 0 && pipe.destination.write(data) === false)
        pipe.drainWait = true;
    } catch (error) {
      host.report(error);
      data = undefined;
    }
    if (data === undefined) close(pipe);
    return data !== undefined && data !== "";
  }

  function hear(pipe) {
    const { source, destination } = pipe;
    const end = () => {
      if (pipes.indexOf(pipe) >= 0) close(pipe);
    };
    source.on("close", end);
    destination.on("drain", () => {
      pipe.drainWait = false;
      host.wake();
    });
    destination.on("close", end);
  }

  class Pipe {}

  function start(source, destination, options) {
    if (source === undefined || source === null || source === "" || !destination) return;
    const from = sourceOf(source);
    if (typeof from.read !== "function")
      throw new Error("Source object does not implement the required read(buffer, length) method");
    if (typeof destination.write !== "function")
      throw new Error("Destination object does not implement the required write(buffer, length) method");
    const fault = options === undefined ? "" : faultOf(options);
    const given = (typeof options === "object" && options) || {};
    const chunkSize = fault ? 64 : Math.floor(given.chunkSize || 64);
    const fields = { chunkSize, end: given.end === undefined || !!given.end };
    const pipe = Object.assign(new Pipe(), fields, { source: from, destination });
    if (given.complete) pipe.on("complete", given.complete);
    hear(pipe);
    pipes.push(pipe);
    host.wake();
    if (fault) throw new TypeError(fault); // the pipe goes all the same
  }

  return { start, count: () => pipes.length, round: () => pipes.map(step).some((busy) => busy) };
};
