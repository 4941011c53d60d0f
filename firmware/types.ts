/**
 * Names for types by which native code says what C is to make of them (docs/subset.md). To JavaScript they say nothing.
 * BSD: sys/types.h.
 */

/** A number is an int32; in a field it may take less room, and what goes in fits. */
export type u8 = number;
export type u16 = number;

/** A structure that lies in the one that has it, not elsewhere. */
export type Embedded<S> = S;

/** A fixed number of bytes, words, or of anything, in place. */
export type Bytes<_N extends number> = Uint8Array;
export type Words<_N extends number> = Uint32Array;
export type Table<T, _N extends number> = T[];

/** A reference to what another layer owns: kept, compared with null, and cast back by its owner. */
export type caddr_t = object;

/** A field of JavaScript's alone: the shell's business, which native code has not got. */
export type Shell<T> = T;
