import type { ArcLine } from './arc-lines.ts'

/** A line as messages begin with it: `app.arc:12: '@images keep many'`. */
export function quoteLine(
  pragma: 'container-images' | 'images',
  { text, place }: Pick<ArcLine, 'text' | 'place'>,
): string {
  return atPlace(place, `'@${pragma} ${text}'`)
}

/** `app.arc:12`, or the file's name where no line is known. */
export function placeInFile(file: string, line?: number): string {
  return line === undefined ? file : `${file}:${line}`
}

/** The label of all mistakes in files: where, then what. */
export function atPlace(place: string | undefined, text: string): string {
  return place === undefined ? text : `${place}: ${text}`
}
