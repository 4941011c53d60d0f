/** What netstat(1) and arp(8) tell. What has just changed is marked. */
import type { ComponentChildren } from "preact";
import type { BufferView, InterfaceView, SocketView } from "../../../host-sim/lab/records";
import { grouped } from "../format";
import type { Lab } from "../lab";

export function Netstat({ lab }: { lab: Lab }) {
  const { store, shownBoard: board } = lab;
  const text = store.state(board, "netstat").now;
  if (text) return <pre class="card console">{text.join("\n")}</pre>;
  const sockets = store.state(board, "sockets").now ?? [];
  const interfaces = store.state(board, "interfaces").now ?? [];
  const arp = store.state(board, "arp").now ?? [];
  const routes = store.state(board, "routes").now ?? [];
  return (
    <div class="netstat">
      <Card title="Sockets" note={`${sockets.length}`} wide>
        <Sockets sockets={sockets} />
      </Card>
      <Card title="Interfaces" wide>
        <Interfaces interfaces={interfaces} />
      </Card>
      <Card title="ARP cache">
        <table>
          <thead>
            <tr>
              <th>address</th>
              <th>hardware</th>
              <th>state</th>
              <th class="n">held</th>
            </tr>
          </thead>
          <tbody>
            {arp.map((entry) => (
              <tr key={entry.ip}>
                <td>{entry.ip}</td>
                <td>{entry.mac}</td>
                <td>
                  <span class={`tag ${entry.state}`}>{entry.state}</span>
                </td>
                <td class="n">{entry.held || ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {!arp.length && <p class="empty">No neighbour is known.</p>}
      </Card>
      <Card title="Routes">
        <table>
          <thead>
            <tr>
              <th>destination</th>
              <th>gateway</th>
              <th>flags</th>
              <th>interface</th>
            </tr>
          </thead>
          <tbody>
            {routes.map((route) => (
              <tr key={route.destination}>
                <td>{route.destination}</td>
                <td>{route.gateway}</td>
                <td>{route.flags}</td>
                <td>{route.interface}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
      <Counters lab={lab} board={board} />
    </div>
  );
}

export function Card(props: { title: string; note?: string; wide?: boolean; children: ComponentChildren }) {
  return (
    <section class={props.wide ? "card wide" : "card"} aria-label={props.title}>
      <h2>
        {props.title}
        {props.note && <small>{props.note}</small>}
      </h2>
      {props.children}
    </section>
  );
}

function Sockets({ sockets }: { sockets: SocketView[] }) {
  if (!sockets.length) return <p class="empty">Nobody has a socket.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th>proto</th>
          <th>local</th>
          <th>foreign</th>
          <th>state</th>
          <th class="n">fd</th>
          <th>receives</th>
          <th>sends</th>
          <th>round trip, window</th>
        </tr>
      </thead>
      <tbody>
        {sockets.map((socket) => (
          <tr key={`${socket.proto} ${socket.local} ${socket.foreign}`}>
            <td>{socket.proto}</td>
            <td>{socket.local}</td>
            <td>{socket.foreign}</td>
            <td>{socket.state && <span class={`tag ${socket.state.toLowerCase()}`}>{socket.state}</span>}</td>
            <td class="n">{socket.fd}</td>
            <td>
              <Fill buffer={socket.rcv} />
            </td>
            <td>
              <Fill buffer={socket.snd} />
            </td>
            <td>{about(socket)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function about({ tcp, queue }: SocketView): string {
  if (queue) return `half open ${queue.q0}, waiting ${queue.q} of ${queue.limit}`;
  if (!tcp) return "";
  const rtt = tcp.srtt ? `${tcp.srtt.toFixed(1)} ms` : "–";
  return `${rtt}, rto ${tcp.rto} ms, cwnd ${grouped(tcp.cwnd)}`;
}

function Fill({ buffer }: { buffer: BufferView }) {
  const part = buffer.hiwat ? Math.min(1, buffer.cc / buffer.hiwat) : 0;
  return (
    <span class="fill" title={`${buffer.cc} of ${buffer.hiwat} bytes; storage ${buffer.mbcnt} of ${buffer.mbmax}`}>
      <i style={{ width: `${100 * part}%` }} />
      <span>{grouped(buffer.cc)}</span>
    </span>
  );
}

function Interfaces({ interfaces }: { interfaces: InterfaceView[] }) {
  const names = Object.keys(interfaces[0]?.counters ?? {});
  return (
    <table>
      <thead>
        <tr>
          <th>name</th>
          <th>address</th>
          <th>hardware</th>
          <th class="n">mtu</th>
          {names.map((name) => (
            <th key={name} class="n">
              {name}
            </th>
          ))}
          <th>flags</th>
        </tr>
      </thead>
      <tbody>
        {interfaces.map((one) => (
          <tr key={one.name}>
            <td>{one.name}</td>
            <td>{one.address}</td>
            <td>{one.mac}</td>
            <td class="n">{one.mtu}</td>
            {names.map((name) => (
              <td key={name} class="n">
                {grouped(one.counters[name])}
              </td>
            ))}
            <td class="small">{one.flags.join(" ").toLowerCase()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Counters({ lab, board }: { lab: Lab; board: string }) {
  const { now = {}, before = {} } = lab.store.state(board, "counters");
  return (
    <>
      {Object.entries(now).map(([protocol, counters]) => (
        <Card key={protocol} title={protocol} note="counters">
          <table class="counters">
            <tbody>
              {Object.entries(counters).map(([name, value]) => (
                <tr key={name} class={value === before[protocol]?.[name] ? "" : "changed"}>
                  <td class="n">{grouped(value)}</td>
                  <td>{name}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {!Object.keys(counters).length && <p class="empty">Nothing has been counted.</p>}
        </Card>
      ))}
    </>
  );
}
