import { useEffect, useRef } from 'preact/hooks';

interface Props {
  size: number;
  /** A change of this counter clears the pad. */
  cleared: number;
  onDraw: (canvas: HTMLCanvasElement) => void;
  onFile: (file: Blob) => void;
}

/** A pad to draw on with finger, pen or mouse; a picture may be dropped on it. White on black, as the digits are. */
export function DrawPad({ size, cleared, onDraw, onFile }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ x: number; y: number } | null>(null);

  useEffect(() => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (!context) return;
    context.fillStyle = '#000';
    context.fillRect(0, 0, size, size);
  }, [cleared, size]);

  const place = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLCanvasElement).getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * size, y: ((event.clientY - box.top) / box.height) * size };
  };
  const stroke = (to: { x: number; y: number }) => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (!context || !canvas.current) return;
    const from = last.current ?? to;
    context.strokeStyle = '#fff';
    context.lineWidth = size / 13;
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x + 0.01, to.y);
    context.stroke();
    last.current = to;
    onDraw(canvas.current);
  };
  return (
    <canvas
      ref={canvas}
      class="pad"
      width={size}
      height={size}
      role="img"
      aria-label="Drawing pad. Draw a digit with finger, pen or mouse, or drop a picture here."
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        last.current = null;
        stroke(place(event));
      }}
      onPointerMove={(event) => {
        if (event.buttons !== 0 && last.current) stroke(place(event));
      }}
      onPointerUp={() => {
        last.current = null;
      }}
      onPointerCancel={() => {
        last.current = null;
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const file = event.dataTransfer?.files[0];
        if (file) onFile(file);
      }}
    />
  );
}
