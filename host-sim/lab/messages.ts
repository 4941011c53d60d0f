/**
 * What the lab's page and its server say to each other, as JSON.
 */
import type { LabRecord, Recording } from "./records";

/** What a board's stack may be: JavaScript, compiled for this host, or as it is shipped on an emulated processor. */
export const CORES = ["javascript", "native", "thumb"] as const;
export type Core = (typeof CORES)[number];

export interface NewBoard {
  chip: string;
  core: string;
  /** the name of an example */
  example: string;
}

export type Command =
  | { do: "pause" }
  | { do: "run" }
  | { do: "speed"; value: number }
  | { do: "step"; until: "event" | "record" | "packet" }
  | { do: "cable"; faults: { [name: string]: number } }
  | { do: "plug"; board: string; in: boolean }
  | { do: "fault"; board: string; name: string }
  | { do: "type"; board: string; text: string }
  | { do: "pin"; board: string; name: string; level: boolean | null }
  | { do: "traffic"; board: string; what: "ping" | "page" | "stream" | "datagrams" }
  | { do: "calls"; on: boolean }
  | ({ do: "begin" } & NewBoard)
  | ({ do: "add" } & NewBoard)
  | { do: "scene"; name: string };

export interface SceneTitle {
  name: string;
  title: string;
  chapter: string;
}

/** What can be chosen, and how things stand. */
export interface Status {
  chips: string[];
  cores: string[];
  examples: string[];
  scenes: SceneTitle[];
  /** names of the faults that each board can be given */
  faults: { [board: string]: string[] };
  paused: boolean;
  speed: number;
  calls: boolean;
  /** how the board is reached from this host */
  summary: string;
}

export type Message =
  | { say: "hello"; epoch: string; status: Status }
  | { say: "status"; status: Status }
  | { say: "records"; records: LabRecord[] }
  | { say: "again"; epoch: string; status: Status }
  | { say: "scene"; name: string; recording: Recording }
  | { say: "sorry"; why: string };
