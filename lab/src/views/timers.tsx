/** What is due when: the stack's callouts, TCP's timers one by one, and the program's own. */
import type { TimerView } from "../../../host-sim/lab/records";
import { duration } from "../format";
import type { Lab } from "../lab";
import { NoStructures } from "./memory";
import { Card } from "./netstat";

const KINDS: { kind: TimerView["kind"]; title: string }[] = [
  { kind: "callout", title: "Callouts of the stack" },
  { kind: "tcp", title: "Timers of TCP" },
  { kind: "program", title: "Timers of the program" },
];

export function Timers({ lab }: { lab: Lab }) {
  const { store, shownBoard: board } = lab;
  const { now: timers } = store.state(board, "timers");
  if (!timers) return <NoStructures lab={lab} what="timers" />;
  return (
    <div class="netstat">
      {KINDS.map(({ kind, title }) => (
        <Card key={kind} title={title} wide>
          <List timers={timers.filter((timer) => timer.kind === kind)} now={store.now} />
        </Card>
      ))}
    </div>
  );
}

/** On a scale of powers of ten, from a millisecond to an hour. */
function place(ns: number): number {
  return Math.max(0, Math.min(1, Math.log10(Math.max(1, ns / 1e6)) / Math.log10(3.6e6)));
}

function List({ timers, now }: { timers: TimerView[]; now: number }) {
  if (!timers.length) return <p class="empty">None is set.</p>;
  return (
    <table class="timers">
      <tbody>
        {timers.map((timer, i) => (
          <tr key={i}>
            <th scope="row">{timer.name || "(a function without a name)"}</th>
            <td class="small">{timer.of}</td>
            <td class="track">
              <i style={{ left: `${100 * place(timer.due - now)}%` }} />
            </td>
            <td class="n">
              {timer.due <= now ? "due" : `in ${duration(timer.due - now)}`}
              {timer.every !== undefined && <small>, every {duration(timer.every)}</small>}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td />
          <td />
          <td class="scale">
            {[1e6, 10e6, 100e6, 1e9, 10e9, 60e9, 600e9].map((ns) => (
              <span key={ns} style={{ left: `${100 * place(ns)}%` }}>
                {duration(ns).replace(/\.0 /, " ")}
              </span>
            ))}
          </td>
          <td />
        </tr>
      </tfoot>
    </table>
  );
}
