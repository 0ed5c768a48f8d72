/** Which texts of a drawing lie on each other. */

interface Box {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Mean width of a character and height of its capitals, of the height of the font. */
const [characterWidth, capitals] = [0.53, 0.72];

/** Pairs of texts whose boxes overlap, by what they say. */
export function overlaps(svg: Element): string[] {
  const boxes = [...svg.querySelectorAll('text')].flatMap(boxesOf);
  return boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.text} | ${b.text}`),
  );
}

/** Texts that begin left of the drawing or end right of it. */
export function outside(svg: Element): string[] {
  const width = Number(svg.getAttribute('width'));
  return [...svg.querySelectorAll('text')]
    .flatMap(boxesOf)
    .filter(({ left, right }) => left < -6 || right > width + 6)
    .map(({ text }) => text);
}

function boxesOf(element: Element): Box[] {
  const text = element.textContent ?? '';
  if (text === '') return [];
  const size = Number(inherited(element, 'font-size') ?? 12);
  const [left, top] = positionOf(element, size);
  const width = text.length * characterWidth * size;
  const anchor = inherited(element, 'text-anchor') ?? 'start';
  const from = anchor === 'end' ? left - width : anchor === 'middle' ? left - width / 2 : left;
  return [{ text, left: from, right: from + width, top: top - capitals * size, bottom: top }];
}

/** Of the start of its base line in the drawing: every `translate` up to it, its own x and y, and shifts in em. */
function positionOf(element: Element, size: number): [number, number] {
  const length = (name: string) => {
    const value = element.getAttribute(name) ?? '0';
    return value.endsWith('em') ? size * Number.parseFloat(value) : Number.parseFloat(value);
  };
  let [x, y] = [length('x') + length('dx'), length('y') + length('dy')];
  for (let at: Element | null = element; at !== null; at = at.parentElement)
    for (const [, moved] of (at.getAttribute('transform') ?? '').matchAll(/translate\(([^)]*)\)/g)) {
      const [right, down = 0] = moved!.split(/[ ,]+/).map(Number) as [number, number?];
      x += right;
      y += down;
    }
  return [x, y];
}

function inherited(element: Element, name: string): string | undefined {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const value = at.getAttribute(name);
    if (value !== null) return value;
  }
  return undefined;
}
