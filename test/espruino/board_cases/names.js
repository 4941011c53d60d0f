// What there is: the type of each name. Names that the simulated board lacks by intent are not here.
function types(title, object, names) {
  var missing = [];
  names.split(" ").forEach((name) => {
    var type;
    try {
      type = typeof object[name]; // of strings and numbers it may throw
    } catch (e) {
      type = "undefined";
    }
    if (type !== "function") missing.push(name + ":" + type);
  });
  say(title + " " + (missing.join(" ") || "all functions"));
}
types(
  "io",
  global,
  "analogRead analogWrite digitalPulse digitalRead digitalWrite pinMode getPinMode shiftOut setWatch clearWatch peek8 peek16 peek32 poke8 poke16 poke32",
);
types(
  "global",
  global,
  "setTimeout setInterval clearTimeout clearInterval changeInterval eval parseInt parseFloat isNaN isFinite atob btoa encodeURIComponent decodeURIComponent print trace load echo require getTime setTime getSerial setBusyIndicator setSleepIndicator",
);
types(
  "E",
  E,
  "getTemperature getAnalogVRef clip sum variance enableWatchdog kickWatchdog getErrorFlags getFlags setFlags pipe toArrayBuffer toString toFlatString toUint8Array toJS setClock getClock setConsole getConsole reverseByte defrag getSizeOf getAddressOf mapInPlace lookupNoCase srand hwRand CRC32 HSBtoRGB setPassword lockConsole setTimeZone setDST reboot stopEventPropagation",
);
types(
  "Math",
  Math,
  "abs acos asin atan atan2 cos pow random randInt round sin tan sqrt ceil floor exp log clip wrap min max sign imul trunc log2 log10 hypot cbrt fround clz32",
);
types(
  "Object",
  Object,
  "keys getOwnPropertyNames values entries fromEntries create getOwnPropertyDescriptor getOwnPropertyDescriptors defineProperty defineProperties getPrototypeOf setPrototypeOf assign freeze is seal",
);
types(
  "object",
  {},
  "on once addListener prependListener emit removeListener removeAllListeners clone hasOwnProperty toString valueOf",
);
types(
  "string",
  "",
  "charAt charCodeAt indexOf lastIndexOf match replace replaceAll substring substr slice split toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase trim concat startsWith endsWith includes repeat padStart padEnd removeAccents at codePointAt",
);
types(
  "array",
  [],
  "indexOf includes join push pop map forEach filter find findIndex some every reduce splice shift unshift slice sort concat fill reverse toString at flat flatMap lastIndexOf",
);
types("Array", Array, "isArray from of");
types("number", 1, "toFixed toString toPrecision");
types("Number", Number, "isInteger isFinite parseInt isNaN");
types("Date", Date, "now parse UTC");
types(
  "date",
  new Date(0),
  "getTimezoneOffset getTime valueOf setTime getHours getMinutes getSeconds getMilliseconds getDay getDate getMonth getFullYear setHours setMinutes setSeconds setMilliseconds setDate setMonth setFullYear toString toUTCString toISOString toLocalISOString toJSON getUTCHours",
);
types("process", process, "memory");
types(
  "Serial",
  Serial1,
  "setConsole setup unsetup print println write inject available read pipe flush isConnected on",
);
types("SPI", SPI1, "setup send write");
types("I2C", I2C1, "setup writeTo readFrom readReg");
types("OneWire", new OneWire(), "reset select skip write read search");
types(
  "Storage",
  require("Storage"),
  "read readJSON readArrayBuffer write writeJSON open erase eraseAll list hash compact getFree getStats optimise",
);
types("StorageFile", require("Storage").open("f", "r"), "read readLine getLength write erase pipe");
types("http", require("http"), "createServer request get");
types("net", require("net"), "createServer connect");
types("dgram", require("dgram"), "createSocket");
types("crypto", require("crypto"), "SHA1 SHA224 SHA256 SHA384 SHA512");
types("heatshrink", require("heatshrink"), "decompress");
types("Promise", Promise, "all resolve reject race allSettled any");
types("promise", Promise.resolve(1), "then catch finally");
types(
  "classes",
  global,
  "Array ArrayBuffer Boolean DataView Date Error Float32Array Float64Array Function I2C Int16Array Int32Array Int8Array InternalError Map Number Object OneWire Pin Promise Proxy ReferenceError RegExp SPI Serial Set String Symbol SyntaxError TypeError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap",
);
types("ports", global, "USB Serial1 Serial2 SPI1 SPI2 SPI3 I2C1 I2C2 I2C3 LoopbackA LoopbackB");
say(
  [
    E.HSBtoRGB(0.5, 1, 1),
    E.HSBtoRGB(0.3, 0.5, 0.9),
    E.HSBtoRGB(0.1, 1, 1, true),
    E.HSBtoRGB(0.7, 1, 0.5, 16),
    E.HSBtoRGB(0, 0, 0.5),
  ].join(),
);
say("\xE9\xC0x".removeAccents() + " " + new Date(1e12).toLocalISOString());
say(JSON.stringify(String.fromCharCode(1 << 8, 65, 300, -1)));
done();
