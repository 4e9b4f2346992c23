import { signal } from '@preact/signals';

export interface Notice {
  id: number;
  text: string;
  tone: 'bad' | 'good';
}

export const notices = signal<Notice[]>([]);
let next = 1;

export function notify(text: string, tone: Notice['tone']): void {
  const id = next++;
  notices.value = [...notices.value.slice(-3), { id, text, tone }];
  if (tone === 'good') setTimeout(() => dismiss(id), 6000);
}

export function reportError(error: unknown): void {
  notify(error instanceof Error ? error.message : String(error), 'bad');
}

function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** Dismisses errors, which belong to the view that was left. */
export function clearErrors(): void {
  notices.value = notices.value.filter((notice) => notice.tone !== 'bad');
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map((notice) => (
        <p key={notice.id} class={`notice ${notice.tone}`}>
          {notice.text}
          <button type="button" class="small" onClick={() => dismiss(notice.id)}>
            Dismiss
          </button>
        </p>
      ))}
    </div>
  );
}
