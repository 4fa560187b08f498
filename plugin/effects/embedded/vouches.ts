import type { DependencyRecord } from '../../core/dependencies/dependency-record.ts'

/** Whether somebody who is trusted has taken these layers for these packages before. */
export type Vouches = (record: DependencyRecord) => Promise<boolean>

/** Takes nobody's word: what this machine has not made is held against an install. */
export const nobody: Vouches = async () => false

/** For the previews' repository: who may write it may deploy a preview anyway. */
export const anybody: Vouches = async () => true
