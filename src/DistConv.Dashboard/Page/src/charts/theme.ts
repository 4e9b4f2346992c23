import { computed, effect, signal } from '@preact/signals';

export type ThemeChoice = 'auto' | 'light' | 'dark';

const key = 'distconv-theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');
const system = signal(systemDark.matches);
systemDark.addEventListener('change', (event) => {
  system.value = event.matches;
});

export const themeChoice = signal<ThemeChoice>(readChoice());
export const isDark = computed(() => (themeChoice.value === 'auto' ? system.value : themeChoice.value === 'dark'));

effect(() => {
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
});

function readChoice(): ThemeChoice {
  const stored = localStorage.getItem(key);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

export function chooseTheme(choice: ThemeChoice): void {
  themeChoice.value = choice;
  if (choice === 'auto') localStorage.removeItem(key);
  else localStorage.setItem(key, choice);
}

/**
 * Eight hues that people with each kind of colour blindness tell apart (after Okabe and Ito), as dark or as light as the background needs for a contrast of
 * 3:1.
 */
const hues = {
  light: ['#0b62b0', '#b8450a', '#00795a', '#9c3d78', '#7a5c00', '#2580b3', '#5b4bb7', '#4a4f57'],
  dark: ['#62b0f5', '#ff8f52', '#35c79c', '#e594c5', '#e6b83c', '#8fd3f7', '#a99bff', '#c3c8d0'],
};
const dashes: (number[] | undefined)[] = [undefined, [7, 4], [2, 3]];

export interface Stroke {
  color: string;
  dash?: number[];
}

/** The stroke of the n-th curve: the hue, and beyond eight curves a dash as well. */
export function strokeOf(n: number, dark: boolean): Stroke {
  const set = dark ? hues.dark : hues.light;
  return { color: set[n % set.length], dash: dashes[Math.floor(n / set.length) % dashes.length] };
}

export interface Ink {
  background: string;
  text: string;
  muted: string;
  grid: string;
  bad: string;
  good: string;
}

export function inkOf(dark: boolean): Ink {
  return dark
    ? { background: '#171b21', text: '#e8ebef', muted: '#a4adb8', grid: '#2b323b', bad: '#ff8a80', good: '#6fd3a4' }
    : { background: '#ffffff', text: '#1b2129', muted: '#5a6572', grid: '#e4e8ec', bad: '#b3261e', good: '#0a6b45' };
}
