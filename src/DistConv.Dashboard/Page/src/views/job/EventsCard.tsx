import { useState } from 'preact/hooks';
import type { JobCurves } from '../../state/curves';
import { formatCount, formatTime } from '../../ui/format';
import { eventWords, latestEvents, toneOf } from './lines';

const shown = 12;

/** The events, newest first. */
export function EventsCard({ job }: { job: JobCurves }) {
  const [all, setAll] = useState(false);
  const events = job.events.value;
  const visible = all ? [...events].reverse() : latestEvents(events, shown);
  return (
    <section class="card" aria-labelledby="events-title">
      <header class="card-head">
        <h2 id="events-title">Events</h2>
      </header>
      {events.length === 0 && <p class="empty">Nothing has happened yet.</p>}
      <ol class="events" reversed>
        {visible.map((event) => (
          <li key={`${event.step}${event.kind}${event.text}`}>
            <span class={`event-kind ${toneOf(event)}`}>{eventWords[event.kind] ?? event.kind}</span>
            <span>{event.text.replaceAll(' %', '\u00a0%')}</span>
            <small>
              step {formatCount(event.step)}
              {event.time && (
                <>
                  , <time dateTime={event.time}>{formatTime(event.time)}</time>
                </>
              )}
            </small>
          </li>
        ))}
      </ol>
      {events.length > shown && (
        <button type="button" class="small" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${events.length}`}
        </button>
      )}
    </section>
  );
}
