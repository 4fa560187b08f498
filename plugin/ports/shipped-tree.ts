/** What a step of a deploy may read of an image that is to be shipped; see the type itself. */
export type { ShippedTree } from '../core/walk/shipped-tree.ts'
