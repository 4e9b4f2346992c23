import { signal } from '@preact/signals';

const narrow = matchMedia('(max-width: 899px)');

/** Whether the page is as narrow as a phone or a small tablet. */
export const isNarrow = signal(narrow.matches);
narrow.addEventListener('change', (event) => {
  isNarrow.value = event.matches;
});
