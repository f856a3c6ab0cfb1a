'use client';

import { useEffect, useState } from 'react';
import { readOnnxFile, type OnnxReading } from './onnx-file';

/** What the chosen file says about itself, as soon as it is read; null while it is, and without a file. */
export function useOnnxReading(
  file: File | null,
  onRead: (reading: OnnxReading) => void,
): OnnxReading | null {
  const [reading, setReading] = useState<{ of: File; found: OnnxReading } | null>(null);
  useEffect(() => {
    if (file === null) return undefined;
    let isCurrent = true;
    void readOnnxFile(file)
      // A file that went away while it was read: the upload says so.
      .catch((): OnnxReading => ({ state: 'not-read' }))
      .then((found) => {
        if (!isCurrent) return;
        setReading({ of: file, found });
        onRead(found);
      });
    return () => {
      isCurrent = false;
    };
    // `onRead` is told once for each file, whatever the form was when it was chosen.
  }, [file]);
  return reading !== null && reading.of === file ? reading.found : null;
}
