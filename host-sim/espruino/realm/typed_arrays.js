// Typed arrays as Espruino has them, where a program would notice:
//  - `set` takes a byte string as well;
//  - `slice` gives a plain Array;
//  - views of 16 and 32-bit elements may begin at any byte, also at an odd one. V8 refuses those, so they are stood for
//    by a proxy that reads and writes bytes. It is slow, but `set` and `E.sum` know it and go by whole buffers;
//  - a view of a buffer without a length, or with length 0 (!), goes on to the last whole element of the buffer, and one
//    that begins after byte 65535 is refused. What is neither a number, a buffer nor an array is refused as well.
// Differs: a view that would reach past its buffer throws here (on a board it reads 0): a mistake that should be seen.
(intrinsics, registerUnalignedView) => {
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const nativeSet = TypedArray.prototype.set;
  const arraySlice = [].slice;
  const Bytes = Uint8Array;
  const bytesBehind = new intrinsics.WeakMap();

  /** The bytes that `view` covers, whether V8 knows it or not. */
  function bytes(view) {
    return bytesBehind.get(view) || new Bytes(view.buffer, view.byteOffset, view.byteLength);
  }

  function elementsOf(source) {
    if (typeof source !== "string") return source;
    const codes = new Bytes(source.length);
    for (let i = 0; i < source.length; i++) codes[i] = source.charCodeAt(i);
    return codes;
  }

  function set(source, offset) {
    const from = offset || 0;
    const elements = elementsOf(source);
    if (bytesBehind.has(this) || bytesBehind.has(elements)) setByBytes(this, elements, from);
    else nativeSet.call(this, elements, from);
  }

  function setByBytes(target, source, offset) {
    const size = target.byteLength / target.length;
    if (source.constructor === target.constructor && source.length) {
      nativeSet.call(bytes(target), bytes(source), offset * size);
      return;
    }
    if (offset + source.length > target.length) throw new Error("Too long for the array");
    for (let i = 0; i < source.length; i++) target[offset + i] = source[i];
  }

  function define(object, name, value) {
    Object.defineProperty(object, name, { value: value, configurable: true, writable: true, enumerable: false });
  }

  define(TypedArray.prototype, "set", set);
  define(TypedArray.prototype, "slice", function (from, to) {
    return arraySlice.call(this, from, to);
  });

  define(TypedArray.prototype, "subarray", function (begin, end) {
    const from = begin < 0 ? begin + this.length : begin || 0;
    const to = end === undefined ? this.length : end < 0 ? end + this.length : end;
    if (to <= from) return new this.constructor(0);
    return new this.constructor(this.buffer, this.byteOffset + (from * this.byteLength) / this.length, to - from);
  });

  function isIndex(key) {
    return typeof key === "string" && /^(0|[1-9][0-9]*)$/.test(key);
  }

  /** An object that behaves like `new Native(buffer, offset, length)` would if `offset` were aligned. */
  function unaligned(Native, View, buffer, offset, length) {
    const size = Native.BYTES_PER_ELEMENT;
    const window = new Bytes(buffer, offset, length * size);
    const one = new Native(1);
    const oneBytes = new Bytes(one.buffer);
    const fields = { __proto__: null, buffer, byteOffset: offset, byteLength: length * size, length };
    // The methods of arrays work on anything with a length and elements.
    "map indexOf includes join sort forEach reduce fill filter find findIndex reverse some every"
      .split(" ")
      .forEach((name) => {
        fields[name] = Array.prototype[name];
      });
    const proxy = new intrinsics.Proxy(Object.create(View.prototype), {
      get(target, key) {
        if (key in fields) return fields[key];
        if (!isIndex(key)) return target[key];
        if (key >= length) return undefined;
        oneBytes.set(window.subarray(key * size, key * size + size));
        return one[0];
      },
      set(_target, key, value) {
        if (!isIndex(key) || key >= length) return true;
        one[0] = value;
        window.set(oneBytes, key * size);
        return true;
      },
      has: (target, key) => (isIndex(key) ? key < length : key in target),
    });
    bytesBehind.set(proxy, window);
    registerUnalignedView(proxy, () => new Native(arrayOfBytes(window).buffer));
    return proxy;
  }

  function arrayOfBytes(window) {
    const copy = new Bytes(window.length);
    nativeSet.call(copy, window);
    return copy;
  }

  /** The constructor that programs see: as V8's, but it takes any byte offset. */
  function withAnyOffset(Native) {
    const size = Native.BYTES_PER_ELEMENT;
    function View(source, offset, length) {
      if (!intrinsics.isBuffer(source)) return new Native(elementsToCopy(source));
      const from = offset || 0;
      if (from < 0 || from > 65535) throw new Error("byteOffset too large (or negative)");
      const count = length || Math.floor((source.byteLength - from) / size);
      return from % size ? unaligned(Native, View, source, from, count) : new Native(source, from, count);
    }
    View.prototype = Native.prototype;
    define(Native.prototype, "constructor", View);
    Object.setPrototypeOf(View, TypedArray);
    return View;
  }

  function elementsToCopy(source) {
    if (typeof source === "number" || Array.isArray(source) || intrinsics.isView(source)) return source;
    if (bytesBehind.has(source)) return copyOf(source);
    throw new Error(`Unsupported first argument of type ${typeof source}`);
  }

  function copyOf(view) {
    const copy = [];
    for (let i = 0; i < view.length; i++) copy[i] = view[i];
    return copy;
  }

  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ].forEach((Native) => {
    define(globalThis, Native.name, withAnyOffset(Native));
  });
};
