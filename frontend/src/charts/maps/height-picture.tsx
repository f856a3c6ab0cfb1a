'use client';

import { unpackHeights, type PreviewFrame } from '@sillage/contracts';
import { useEffect, useRef } from 'react';
import { paintFrame, type ColourScale } from './field-map.config';

type Props = {
  frame: PreviewFrame;
  scale: ColourScale;
  /** Width divided by height, as the box looks on a map. */
  aspect: number;
  description: string;
  className?: string | undefined;
};

/** A day of heights as a small picture: one pixel for each node, stretched by the page. */
export function HeightPicture({ frame, scale, aspect, description, className }: Props) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = canvasRef.current;
    const context = canvas?.getContext('2d');
    if (canvas === null || context === null || context === undefined) return;
    const { latCount, lonCount } = frame;
    canvas.width = lonCount;
    canvas.height = latCount;
    const pixels = paintFrame(unpackHeights(frame), frame, scale, { latCount, lonCount });
    context.putImageData(new ImageData(pixels, lonCount), 0, 0);
  }, [frame, scale]);
  return (
    <canvas
      ref={canvasRef}
      role="img"
      aria-label={description}
      className={className}
      style={{ aspectRatio: String(aspect), imageRendering: 'pixelated' }}
    />
  );
}
