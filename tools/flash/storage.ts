/**
 * Files for a board's Storage, and what they take there.
 */

/** A call that cannot be carried out, in words for the user. */
export class FlashError extends Error {}

/** Chars are bytes. */
export interface StorageFile {
  name: string;
  content: string;
}

/** What a file takes besides its bytes, and to what it is rounded up (Espruino's Storage). */
export const HEADER = 32;
const ALIGNMENT = 4;
/** Longest name of a file. */
export const MAX_NAME = 28;

/** Bytes of flash that files take. */
export function flashBytes(files: readonly StorageFile[]): number {
  const size = ({ content }: StorageFile) => HEADER + Math.ceil(content.length / ALIGNMENT) * ALIGNMENT;
  return files.reduce((sum, file) => sum + size(file), 0);
}
