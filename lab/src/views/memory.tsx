/** The mbuf pool, and who holds which chains, drawn as in Stevens; and the function that a chain is in at the moment. */
import type { CallRecord, ChainView, MbufView, MemoryView } from "../../../host-sim/lab/records";
import type { Lab } from "../lab";
import type { At } from "../store_rows";

const TYPES: { [type: number]: string } = {
  0: "MT_FREE",
  1: "MT_DATA",
  2: "MT_HEADER",
  8: "MT_SONAME",
  12: "MT_RIGHTS",
  14: "MT_CONTROL",
  15: "MT_OOBDATA",
};
const FLAGS: [number, string][] = [
  [1, "M_EXT"],
  [2, "M_PKTHDR"],
  [4, "M_EOR"],
  [8, "M_BCAST"],
  [16, "M_MCAST"],
  [32, "M_RDONLY"],
  [64, "M_LOOP"],
];
/** For so long after it was entered a function has its packet in hand, at most, ns. */
const IN_HAND = 200e3;
/** Calls that are shown above the last one. */
const CALLS = 14;

export function Memory({ lab }: { lab: Lab }) {
  const { store, shownBoard: board } = lab;
  const { now } = store.state(board, "memory");
  if (!now) return <NoStructures lab={lab} what="memory" />;
  const calls = recentCalls(lab, board);
  const last = calls.at(-1)?.record;
  const inHand = last && now.mfree < now.mbufs && store.now - last.t < IN_HAND ? last : undefined;
  return (
    <div class="memory">
      <Pool memory={now} inHand={inHand?.chain ?? []} />
      <div class="columns">
        <section aria-label="Chains" class="chains">
          {inHand?.chain && <Chain owner={`in hand: ${inHand.name}`} mbufs={inHand.chain} msize={now.msize} isHot />}
          {now.chains.map((chain) => (
            <Chain key={chain.owner} {...chain} msize={now.msize} />
          ))}
          {!now.chains.length && !inHand?.chain && (
            <p class="empty">No packet waits anywhere: all of the pool is free.</p>
          )}
        </section>
        <section class="calls" aria-label="Calls">
          <label>
            <input
              type="checkbox"
              checked={lab.status.calls}
              disabled={!lab.isLive}
              onChange={(event) => lab.send({ do: "calls", on: event.currentTarget.checked })}
            />
            record each function that a packet goes through
          </label>
          <ol>
            {calls.map(({ at, record }) => (
              <li key={at} class={record === inHand ? "on" : ""} style={{ paddingLeft: `${0.6 + record.depth}em` }}>
                {record.name}
                {record.chain && <small>{record.chain.reduce((sum, m) => sum + m.len, 0)} bytes</small>}
              </li>
            ))}
          </ol>
        </section>
      </div>
    </div>
  );
}

/** The last calls of this moment; none, when time has gone on since. */
function recentCalls(lab: Lab, board: string): At<CallRecord>[] {
  return lab.store.last(lab.store.calls, CALLS, ({ record }) => record.board === board);
}

/** Each mbuf and cluster of the pool as a square. */
function Pool({ memory, inHand }: { memory: MemoryView; inHand: MbufView[] }) {
  const owners = new Map<number, number>();
  memory.chains.forEach(({ mbufs }, i) => {
    for (const { no } of mbufs) owners.set(no, i % 6);
  });
  const hot = new Set(inHand.map(({ no }) => no));
  const used = memory.mbufs - memory.mfree;
  const usedClusters = memory.clusters - memory.clfree;
  const squares = Array.from({ length: memory.mbufs }, (_, no) => {
    const owner = owners.get(no);
    if (hot.has(no)) return "hot";
    return owner === undefined ? "free" : `o${owner}`;
  });
  return (
    <section class="pool" aria-label="Pool">
      <div class="meter">
        <b>{used}</b> of {memory.mbufs} mbufs in use
        {memory.elsewhere > 0 && <small>, {memory.elsewhere} of them on their way through a function</small>}
      </div>
      <div class="squares">
        {squares.map((kind, no) => (
          <i key={no} class={kind} title={`mbuf ${no}`} />
        ))}
      </div>
      <div class="meter">
        <b>{usedClusters}</b> of {memory.clusters} clusters
        {memory.drops > 0 && <small class="bad">, {memory.drops} requests refused</small>}
      </div>
      <div class="squares">
        {Array.from({ length: memory.clusters }, (_, i) => (
          <i key={i} class={i < usedClusters ? "cluster" : "free"} />
        ))}
      </div>
    </section>
  );
}

function Chain({ owner, mbufs, msize, isHot }: ChainView & { msize: number; isHot?: boolean }) {
  return (
    <figure class={isHot ? "chain hot" : "chain"}>
      <figcaption>{owner}</figcaption>
      <div class="mbufs">
        {mbufs.map((m, i) => (
          <Mbuf key={`${m.no}.${i}`} m={m} msize={msize} isNewRecord={i > 0 && mbufs[i - 1].last} />
        ))}
      </div>
    </figure>
  );
}

/** An mbuf: its header, and where in its bytes the data are; or the cluster that it points at. */
function Mbuf({ m, msize, isNewRecord }: { m: MbufView; msize: number; isNewRecord: boolean }) {
  const flags = FLAGS.flatMap(([bit, name]) => (m.flags & bit ? [name] : [])).join(" ");
  const size = m.ext < 0 ? msize : m.size;
  return (
    <div class={isNewRecord ? "mbuf record" : "mbuf"}>
      <div class="box">
        <div class="head">
          <span>{TYPES[m.type] ?? m.type}</span>
          <b>{m.no}</b>
        </div>
        <dl>
          <dt>m_len</dt>
          <dd>{m.len}</dd>
          <dt>m_data</dt>
          <dd>{m.ext < 0 ? `m_dat + ${m.off}` : `ext_buf + ${m.off}`}</dd>
          {m.pktlen > 0 && (
            <>
              <dt>m_pktlen</dt>
              <dd>{m.pktlen}</dd>
            </>
          )}
        </dl>
        <div class="flags">{flags}</div>
        {m.ext < 0 && <Bytes m={m} size={size} />}
      </div>
      {m.ext >= 0 && (
        <div class={m.refs > 1 ? "cluster shared" : "cluster"}>
          <span>
            cluster {m.ext}
            {m.refs > 1 && `, shared by ${m.refs}`}
          </span>
          <Bytes m={m} size={size} />
        </div>
      )}
    </div>
  );
}

function Bytes({ m, size }: { m: MbufView; size: number }) {
  const percent = (n: number) => `${(100 * n) / Math.max(1, size)}%`;
  return (
    <div class="bytes" title={`${m.len} of ${size} bytes: ${m.head}${m.len * 2 > m.head.length ? "…" : ""}`}>
      <i style={{ left: percent(m.off), width: percent(m.len) }}>
        <code>{m.head.slice(0, 16).replace(/../g, "$& ")}</code>
      </i>
    </div>
  );
}

/** Where the stack cannot be looked into. */
export function NoStructures({ lab, what }: { lab: Lab; what: string }) {
  const about = lab.store.board(lab.shownBoard);
  if (!about) return <p class="empty">The board has not started yet.</p>;
  return (
    <p class="empty">
      {about.core === "javascript"
        ? `Nothing is known of this board's ${what} yet.`
        : `This board's stack is machine code (${about.core}): its ${what} is not looked into. Packets, SPI, console and netstat are there; begin a board with the core javascript to see inside.`}
    </p>
  );
}
