import type { PackageRow } from './package-row.ts'
import { computing } from './rows/computing.ts'
import { databases } from './rows/databases.ts'
import { documents } from './rows/documents.ts'
import { pictures } from './rows/pictures.ts'
import { secretsAndNetwork } from './rows/secrets-and-network.ts'

/** Every row, by the heading under which the page lists it. */
export const packageRows: Readonly<Record<string, readonly PackageRow[]>> = {
  'Pictures and video': pictures,
  Databases: databases,
  'Cryptography, network, watching': secretsAndNetwork,
  'Documents and text': documents,
  'Computing and compression': computing,
}
