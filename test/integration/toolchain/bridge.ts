import { execa } from 'execa'
import { randomBytes, randomInt } from 'node:crypto'

/** A network bridge of one daemon; two daemons on one bridge would give out addresses twice. */
export async function addBridge(): Promise<{
  name: string
  /** The machine's own address on it. */
  address: string
  remove: () => Promise<void>
}> {
  const name = `arc${randomBytes(4).toString('hex')}`
  const address = await freeAddress()
  await execa('ip', ['link', 'add', name, 'type', 'bridge'])
  const remove = async (): Promise<void> => {
    await execa('ip', ['link', 'del', name], { reject: false })
  }
  try {
    await execa('ip', ['address', 'add', `${address}/24`, 'dev', name])
    await execa('ip', ['link', 'set', name, 'up'])
  } catch (error) {
    await remove()
    throw error
  }
  return { name, address, remove }
}

/** One whose network no other bridge has, those that killed tests left behind included. */
async function freeAddress(): Promise<string> {
  const { stdout } = await execa('ip', ['-oneline', '-4', 'address'])
  for (;;) {
    const address = `10.231.${randomInt(256)}.1`
    if (!stdout.includes(`${address}/`)) return address
  }
}
