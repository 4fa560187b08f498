/** Whether a file was left by a system, and is no part of anything. */
export function isRubbish(path: string): boolean {
  return /(?:^|\/)(?:\.DS_Store|Thumbs\.db)$/.test(path)
}

/** Whether a file was made by running Python, or is of the machine that it was written on. */
export function isPythonRubbish(path: string): boolean {
  return isRubbish(path) || /(?:^|\/)(?:__pycache__|\.venv|venv|node_modules)\/|\.pyc$/.test(path)
}
