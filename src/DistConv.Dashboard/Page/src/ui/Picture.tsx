import { useEffect, useRef } from 'preact/hooks';

/** A canvas that is repainted whenever its data changes. */
export function Picture({
  paint,
  label,
  class: name,
  dependencies,
}: {
  paint: (canvas: HTMLCanvasElement) => void;
  /** A text alternative; a picture without one is decorative. */
  label?: string;
  class?: string;
  dependencies: readonly unknown[];
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) paint(canvas.current);
  }, dependencies);
  return <canvas ref={canvas} class={`pixels ${name ?? ''}`} {...(label ? { role: 'img' as const, 'aria-label': label } : { 'aria-hidden': true })} />;
}
