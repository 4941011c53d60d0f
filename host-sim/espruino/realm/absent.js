// What Espruino lacks must not exist here either: a program that leans on it has to fail in the simulator, not on the
// board. The lists say what a board has (Espruino 2v29); everything else that V8 brings is taken away.
// Only names go: what V8 itself needs (symbols, hidden prototypes) stays, so `for (x of array)` still works.
(intrinsics) => {
  const typedArrays =
    "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array";
  const present = {
    global:
      "Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Date RegExp Error " +
      "ReferenceError SyntaxError TypeError globalThis JSON Math ArrayBuffer DataView decodeURIComponent " +
      "encodeURIComponent eval isFinite isNaN " +
      typedArrays,
    Object:
      "length name prototype keys getOwnPropertyNames values entries fromEntries create getOwnPropertyDescriptor " +
      "getOwnPropertyDescriptors defineProperty defineProperties getPrototypeOf setPrototypeOf assign",
    objects: "constructor __proto__ valueOf toString hasOwnProperty",
    functions: "constructor length name prototype arguments caller call apply bind toString",
    Array: "length name prototype isArray",
    arrays:
      "constructor length toString indexOf includes join push pop map forEach filter find findIndex some every " +
      "reduce splice shift unshift slice sort concat fill reverse",
    ArrayBuffer: "length name prototype",
    buffers: "constructor byteLength",
    TypedArray: "length name prototype",
    views:
      "constructor length buffer byteLength byteOffset toString set map subarray indexOf includes join sort forEach " +
      "reduce fill filter find findIndex reverse slice some every",
    dataViews:
      "constructor buffer byteLength byteOffset getFloat32 getFloat64 getInt8 getInt16 getInt32 getUint8 getUint16 " +
      "getUint32 setFloat32 setFloat64 setInt8 setInt16 setInt32 setUint8 setUint16 setUint32",
    String: "length name prototype fromCharCode",
    strings:
      "constructor length toString valueOf charAt charCodeAt indexOf lastIndexOf match replace replaceAll substring " +
      "substr slice split toLowerCase toUpperCase trim concat startsWith endsWith includes repeat padStart padEnd",
    Number: "length name prototype NaN MAX_VALUE MIN_VALUE NEGATIVE_INFINITY POSITIVE_INFINITY",
    numbers: "constructor toString valueOf toFixed",
    Math:
      "E PI LN2 LN10 LOG2E LOG10E SQRT2 SQRT1_2 abs acos asin atan atan2 cos pow random randInt round sin tan sqrt " +
      "ceil floor exp log clip wrap min max sign",
    // The flags and `source` are what V8's own String.prototype.replace reads.
    regExps:
      "constructor exec test toString source flags global ignoreCase multiline sticky unicode unicodeSets dotAll " +
      "hasIndices",
    Error: "length name prototype stackTraceLimit",
  };

  function keep(object, list) {
    const names = ` ${list} `;
    intrinsics.namesOf(object).forEach((name) => {
      if (names.indexOf(` ${name} `) < 0) delete object[name];
    });
  }

  const TypedArray = Object.getPrototypeOf(Uint8Array);
  keep(Array, present.Array);
  keep(Array.prototype, present.arrays);
  keep(ArrayBuffer, present.ArrayBuffer);
  keep(ArrayBuffer.prototype, present.buffers);
  keep(TypedArray, present.TypedArray);
  keep(TypedArray.prototype, present.views);
  keep(DataView.prototype, present.dataViews);
  keep(String, present.String);
  keep(String.prototype, present.strings);
  keep(Number, present.Number);
  keep(Number.prototype, present.numbers);
  keep(Math, present.Math);
  keep(RegExp.prototype, present.regExps);
  keep(Error, present.Error);
  keep(Function.prototype, present.functions);
  keep(globalThis, present.global);
  keep(Object.prototype, present.objects);
  keep(Object, present.Object);

  // `[].slice` works on a board, but `Array.prototype.slice` reads as undefined there.
  const arrays = Array.prototype;
  const slice = arrays.slice;
  Object.defineProperty(arrays, "slice", {
    configurable: true,
    get() {
      return this === arrays ? undefined : slice;
    },
  });
};
