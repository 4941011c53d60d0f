/** The tour of the book. */
import type { Lab } from "../lab";

export function Tour({ lab }: { lab: Lab }) {
  return (
    <div class="tour">
      <p class="lead">
        Eight scenes from TCP/IP Illustrated, played by this stack in virtual time. Each is a recording: step through
        it, run it backwards, look at it in every view. What to look at is said below.
      </p>
      <ol>
        {lab.status.scenes.map(({ name, title, chapter }) => (
          <li key={name}>
            <a href={`#scene=${name}`} aria-current={lab.recording?.scene === name}>
              <strong>{title}</strong>
              <small>{chapter}</small>
            </a>
          </li>
        ))}
      </ol>
    </div>
  );
}
