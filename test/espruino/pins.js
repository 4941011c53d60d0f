/**
 * The pins of an Espruino Pico, an Espruino module, for a program that names them: those that a chip is wired to lead to
 * its wires (wires.js), the others are the program's own to write and the console's to read. And what else the Linux build
 * has nothing of: a thermometer, and a clock that can be set.
 */

exports.define = (wires) => {
  var second = wires.chips[1] || {};

  function pin() {
    var level = false;
    return {
      write: (value) => {
        level = !!value;
      },
      read: () => level,
    };
  }

  // what is built in can be assigned to after it has been looked up, and not before
  SPI1.setup;
  global.SPI1 = wires.spi;
  global.A5 = pin(); // SCK, MISO, MOSI: `setup` is told
  global.A6 = pin();
  global.A7 = pin();
  global.B1 = wires.cs;
  global.B10 = wires.int;
  global.B13 = wires.rst;
  global.A8 = second.cs;
  global.B7 = second.int;
  global.B6 = second.rst;
  global.LED1 = pin();

  // its watcher is beside those of the chips' interrupt pins
  global.BTN = { index: wires.chips.length, press: () => wires.watchers[BTN.index]() };
  E.getTemperature = () => 25;
  global.setTime = (seconds) => {
    global.timeSet = seconds;
  };
};
