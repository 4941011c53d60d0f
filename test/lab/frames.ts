/**
 * What the frames of a page cost its main thread, by Chromium's own trace: processor time, so that whoever else uses the machine does
 * not count.
 */
import type { CDPSession, Page } from "playwright-core";

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** when it began, microseconds */
  ts: number;
  dur?: number;
  /** processor time of the thread, microseconds */
  tdur?: number;
  args: { name?: string };
}

const CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"];
/** The thread on which a page's script, layout and painting run. */
const MAIN = "CrRendererMain";

/** Runs `work`; answers the processor time, ms, of each task of the main thread in which a frame was made, and of all its tasks. */
export async function costOfFrames(page: Page, work: () => Promise<void>): Promise<{ frames: number[]; all: number }> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: CATEGORIES },
  });
  await work();
  await ended(session);
  return costs(events);
}

async function ended(session: CDPSession): Promise<void> {
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  await session.detach();
}

function costs(events: TraceEvent[]): { frames: number[]; all: number } {
  const mains = events.filter(({ ph, name, args }) => ph === "M" && name === "thread_name" && args.name === MAIN);
  const onMain = events.filter(({ pid, tid }) => mains.some((main) => main.pid === pid && main.tid === tid));
  const tasks = onMain.filter(({ name }) => name === "RunTask");
  const begins = onMain.filter(({ name }) => name === "FireAnimationFrame").map(({ ts }) => ts);
  const hasFrame = ({ ts, dur = 0 }: TraceEvent) => begins.some((begin) => begin >= ts && begin <= ts + dur);
  const ms = ({ tdur = 0 }: TraceEvent) => tdur / 1000;
  return { frames: tasks.filter(hasFrame).map(ms), all: tasks.reduce((sum, task) => sum + ms(task), 0) };
}
