'use client';

import { useState } from 'react';
import { useIsInteractive } from '../../../components/use-is-interactive';
import styles from './export-panel.module.css';

const PIXELS_PER_POINT = 2; // sharp in a paper and on a slide

/** Draws the figure of the view as PNG, in the browser, and saves it under the name of the SVG. */
export function PngLink({ href }: { href: string }) {
  const isInteractive = useIsInteractive();
  const [hasFailed, setHasFailed] = useState(false);
  if (!isInteractive) return null;

  async function save() {
    setHasFailed(false);
    try {
      const reply = await fetch(href);
      if (!reply.ok) throw new Error(`the figure answered ${reply.status}`);
      const name = /filename="([^"]+)\.svg"/.exec(reply.headers.get('content-disposition') ?? '')?.[1];
      download(await pngOf(await reply.blob()), `${name ?? 'leaderboard'}.png`);
    } catch {
      setHasFailed(true);
    }
  }
  return (
    <>
      <button type="button" className={styles.button} onClick={save} title="The figure as pixels">
        PNG
      </button>
      {hasFailed ? <span role="alert">The figure could not be drawn: take the SVG.</span> : null}
    </>
  );
}

async function pngOf(svg: Blob): Promise<Blob> {
  const address = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * PIXELS_PER_POINT;
    canvas.height = image.naturalHeight * PIXELS_PER_POINT;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
