import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { digestOf, hexOf } from '../../plugin/oci/digest.ts'
import type { Architecture, Outcome, PackageRow } from './package-row.ts'

/** What was last seen of each row as it is written now, so that a page can be made of several runs. */
export interface OutcomeRecords {
  keep(row: PackageRow, architecture: Architecture, outcome: Outcome): Promise<void>
  read(row: PackageRow, architecture: Architecture): Promise<Outcome | undefined>
}

export function outcomeRecords(folder: string): OutcomeRecords {
  const fileOf = (row: PackageRow, architecture: Architecture): string => {
    const { advice: _, usedOnArm: __, ...tried } = row
    const key = JSON.stringify({ ...tried, expected: shown(row.expected), architecture })
    return join(folder, `${hexOf(digestOf(Buffer.from(key)))}.json`)
  }
  return {
    async keep(row, architecture, outcome) {
      await mkdir(folder, { recursive: true })
      await writeFile(fileOf(row, architecture), JSON.stringify(outcome))
    },
    async read(row, architecture) {
      const text = await readFile(fileOf(row, architecture), 'utf8').catch(() => undefined)
      return text === undefined ? undefined : JSON.parse(text)
    },
  }
}

/** JSON has no regular expressions. */
function shown(expected: PackageRow['expected']): object {
  return 'refused' in expected ? { ...expected, says: String(expected.says) } : expected
}
