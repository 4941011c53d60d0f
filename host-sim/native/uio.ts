/**
 * A program's data and the core's mbufs: firmware/net/kern/uio.ts where the mbufs are the compiled core's. Data goes in by the core's
 * own hands (firmware/core/uio.ts), and comes out byte by byte from where it lies.
 */
import type { Mbuf } from "../../firmware/net/kern/mbuf";
import type { NativeCore } from "./core";

type Data = string | Uint8Array;

const UIO_ARRAY = 1;

export function uioOf(core: NativeCore): object {
  const { exports } = core;
  const Bytes = core.world.Uint8Array;

  const mbuftouio = (m0: Mbuf, off0: number, len: number, how: number): Data => {
    const bytes = new Bytes(len);
    let off = off0;
    let done = 0;
    for (let m: Mbuf | null = m0; m && done < len; m = m.m_next) {
      const n = Math.max(0, Math.min(len - done, m.m_len - off));
      const begin = m.m_data + off;
      if (n) bytes.set(core.bytesOf(m).subarray(begin, begin + n), done);
      done += n;
      off = Math.max(0, off - m.m_len);
    }
    return how & UIO_ARRAY ? bytes : Buffer.from(bytes).toString("latin1");
  };

  return {
    __esModule: true,
    MINCLSIZE: exports["MSIZE"] - exports["MAX_HDR"],
    UIO_STRING: 0,
    UIO_ARRAY,
    UIO_PEEK: 2,
    m_uiotombuf: (data: Data, len: number, message: boolean, how: number) => {
      core.data = typeof data === "string" ? Buffer.from(data, "latin1") : data;
      return exports["m_copyin"](len, message, how);
    },
    m_mbuftouio: mbuftouio,
    uio_none: (how: number) => (how & UIO_ARRAY ? new Bytes(0) : ""),
  };
}
