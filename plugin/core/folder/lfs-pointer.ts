const beginning = 'version https://git-lfs.github.com/spec/'

/** Whether a file is what Git LFS leaves where the content was not fetched (its specification, v1). */
export function isLfsPointer(content: Buffer): boolean {
  return content.length < 1024 && content.toString('latin1', 0, beginning.length) === beginning
}
