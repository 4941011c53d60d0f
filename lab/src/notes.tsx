/** What a scene has to say about the moment at the cursor. */
import type { Lab } from "./lab";

export function Notes({ lab }: { lab: Lab }) {
  const { store } = lab;
  if (!store.notes.length) return null;
  const n = store.seen(store.notes);
  const note = store.notes[n - 1]?.record;
  return (
    <aside class="notes" aria-label="What to look at">
      <div>
        <h2>
          {note?.title ?? lab.recording?.title}
          <small>
            {n} of {store.notes.length}
          </small>
        </h2>
        <p>{note?.text ?? "It begins."}</p>
      </div>
      <div class="buttons">
        <button type="button" disabled={n < 2} onClick={() => lab.note(-1)}>
          Before
        </button>
        <button type="button" class="main" disabled={n >= store.notes.length} onClick={() => lab.note(1)}>
          Next
        </button>
        <button type="button" onClick={() => lab.show("tour")}>
          All scenes
        </button>
      </div>
    </aside>
  );
}
