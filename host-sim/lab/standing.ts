/**
 * What the first part of a recording leaves behind when it is let go: the records that still say how things stand.
 */
import type { LabRecord } from "./records";

/** Which record puts it out of date: the next of this key. "": it tells of a moment, and nothing stands. */
function keyOf(record: LabRecord): string {
  switch (record.k) {
    case "board":
      return `board ${record.board}`;
    case "cable":
      return "cable";
    case "pin":
      return `pin ${record.board} ${record.name}`;
    case "state":
      return `state ${record.board} ${record.part}`;
    default:
      return "";
  }
}

/** Of these records those that stand at their end, in order; some dozens. */
export function standing(records: readonly LabRecord[]): LabRecord[] {
  const last = new Map<string, LabRecord>();
  for (const record of records) {
    const key = keyOf(record);
    if (!key) continue;
    last.delete(key);
    last.set(key, record);
  }
  return [...last.values()];
}
