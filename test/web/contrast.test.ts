// Contrast of the colour tokens, measured from the file itself (WCAG 2.2): text at least 4.5, marks at least 3, and the
// four grades far enough apart for every kind of colour sight.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const source = readFileSync('web/shell/tokens.css', 'utf8');

function tokens(theme: string): Record<string, string> {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(source)?.[1] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

type Rgb = readonly [number, number, number];

function linear(hex: string): Rgb {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(linear(a)), luminance(linear(b))].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

// Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
const SIGHTS: Readonly<Record<string, readonly Rgb[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen(hex: string, sight: readonly Rgb[]): Rgb {
  const rgb = linear(hex);
  const [r, g, b] = sight.map((row) => Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2])));
  return [r, g, b];
}

/** Björn Ottosson's Oklab. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function distance(a: Rgb, b: Rgb): number {
  return 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

describe.each(['light', 'dark'])('colours of the %s theme', (theme) => {
  const colour = tokens(theme);
  const grounds = ['bg', 'panel'];

  it('has readable text on both grounds', () => {
    for (const ground of grounds) {
      for (const name of ['text', 'dim', 'orange-text', 'yellow-text']) {
        expect(contrast(colour[name], colour[ground]), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    for (const ground of ['hover', 'current']) {
      expect(contrast(colour.text, colour[ground]), `text on ${ground}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour.dim, colour[ground]), `dim on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('has readable characters on every grade, and an edge where the grade itself is pale', () => {
    for (const grade of ['red', 'orange', 'yellow', 'blue']) {
      expect(contrast(colour[`on-${grade}`], colour[grade]), grade).toBeGreaterThanOrEqual(4.5);
      const edge = grade === 'yellow' ? colour['yellow-outline'] : colour[grade];
      for (const ground of grounds) expect(contrast(edge, colour[ground]), grade).toBeGreaterThanOrEqual(3);
    }
    for (const ground of grounds) expect(contrast(colour.focus, colour[ground])).toBeGreaterThanOrEqual(3);
  });

  it('keeps the grades apart for every kind of colour sight', () => {
    const grades = ['red', 'orange', 'yellow', 'blue'].map((grade) => colour[grade]);
    for (const [name, sight] of Object.entries(SIGHTS)) {
      for (let i = 0; i < grades.length; i++) {
        for (let j = i + 1; j < grades.length; j++) {
          const apart = distance(oklab(seen(grades[i], sight)), oklab(seen(grades[j], sight)));
          expect(apart, `${name}: ${grades[i]} ${grades[j]}`).toBeGreaterThanOrEqual(10);
        }
      }
    }
  });
});
